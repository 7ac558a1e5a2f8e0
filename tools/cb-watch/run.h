// A whole run of cb-watch, of its two uses.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "options.h"
#include "os/hint.h"
#include "report.h"
#include "watching.h"

namespace cb::watch {

// What a run is given.
struct Call {
  const Options& options;
  const config::Config& config;
  const std::string state_directory;
  Report& report;
  Now now;
};

// Looks once, waits until what is there has had its chance, and takes it in. Returns the exit code.
int run_once(const Call& call);
// Goes on until told to stop.
int follow(const Call& call);

// The watches of this call, not begun. `hints` may be null.
using Watchings = std::vector<std::unique_ptr<Watching>>;
Watchings make_watchings(const Job& job, os::Hints* hints);
// What every tool that writes begins with.
void catch_up(const Job& job);
void tell_busy(const Job& job, const Watching& watching);

}  // namespace cb::watch
