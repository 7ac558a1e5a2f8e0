// What every part of a poll works with.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "options.h"
#include "report.h"
#include "state/store.h"

namespace cb::poll {

// The references must outlive it.
struct Job {
  const Options& options;
  const config::Config& config;
  const std::vector<std::string>& environment;  // of the helpers
  state::Store& store;
  Report& report;
  Now now;

  // Does `work` in one transaction and reports what it changed; in a dry run the transaction is
  // taken back.
  void change(const std::function<void(db::Connection&)>& work) const;
  // The same for work that says itself what it changed.
  void change_and_tell(
      const std::function<std::vector<state::ChangedTask>(db::Connection&)>& work) const;
};

}  // namespace cb::poll
