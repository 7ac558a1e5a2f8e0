// Runs whose cb-exec is gone get their outcome. Every tool that writes begins with this.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "flow/judge.h"
#include "state/store.h"

namespace cb::flow {

struct Recovery {
  std::vector<Judgement> ended;  // recorded now
  std::vector<state::RunRow>
      orphans;  // their cb-exec is gone, but processes of the command live: to be ended first
};

// Death is proved, never inferred from age: another boot; or cb-exec is gone, nobody holds the
// run's lock and no process carries its tag. Runs of this very process are left alone. Costs one
// query when nothing is running.
Recovery recover(state::Store& store, const config::Config& config, Instant now);

// The same, only looked at: runs whose cb-exec is gone.
struct Lost {
  state::RunRow run;
  bool is_command_alive = false;  // to be ended first
  std::string what;               // for people
};
std::vector<Lost> lost_runs(const state::Store& store);

}  // namespace cb::flow
