// What every part of a watch works with.
#pragma once

#include <functional>
#include <set>
#include <string>

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

  // What a filter has printed but could not remember; outlives a store that makes trouble.
  std::set<std::string>& unremembered;

  // Does `work` in one transaction; in a dry run the transaction is taken back.
  void change(const std::function<void(db::Connection&)>& work) const;
};

}  // namespace cb::watch
