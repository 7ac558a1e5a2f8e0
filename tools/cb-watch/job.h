// What every part of a watch works with.
#pragma once

#include <functional>

#include "base/time.h"
#include "config/config.h"
#include "options.h"
#include "report.h"
#include "state/store.h"

namespace cb::watch {

// The references must outlive it.
struct Job {
  const Options& options;
  const config::Config& config;
  state::Store& store;
  Report& report;
  Now now;
  std::function<bool()>
      go_on;  // false: stop as soon as can be; asked between files and while one is read

  // Does `work` in one transaction; in a dry run the transaction is taken back.
  void change(const std::function<void(db::Connection&)>& work) const;
};

}  // namespace cb::watch
