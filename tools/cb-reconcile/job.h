// What every part of a reconciliation works with.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "options.h"
#include "report.h"
#include "state/store.h"

namespace cb::reconcile {

// The references must outlive it.
struct Job {
  const Options& options;
  const config::Config& config;
  const std::vector<const config::Source*> sources;
  const std::vector<std::string> environment;  // of the helpers
  state::Store& store;
  Report& report;
  Now now;

  bool only_reports() const { return options.only_reports(); }
  // Does `work` in one transaction, which is taken back when there is only to be reported.
  void change(const std::function<void(db::Connection&)>& work) const;
  void add(const std::vector<Record>& records) const;
};

}  // namespace cb::reconcile
