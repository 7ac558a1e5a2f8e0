// Runs that left a directory although the store knows nothing of them: it was rebuilt from a copy,
// and the journal does not have their claim.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "model/task.h"
#include "state/store.h"

namespace cb::flow {

struct UnknownRun {
  std::string id;
  model::Task task;  // as its command got it
  Instant begun;     // when that was written
};

// In the order of their ids. A directory that does not tell its task is passed over: its command
// had not begun.
std::vector<UnknownRun> unknown_runs(db::Connection& db, const state::Layout& layout);

// What came of one of them.
struct Proof {
  bool is_proven = false;
  std::string what;  // of a proven one its outcome; else why nothing is proven; for people
};
// If a cb-exec kept how its command ended, and nothing that the store knows of the task is later,
// the run is taken in as if it had been claimed, and concluded as recovery does. Only of the last
// run of a task. `copies`: how many unknown runs the task has. Inside a db::Transaction.
Proof take_in(db::Connection& db, const state::Layout& layout, const config::Config& config,
              const UnknownRun& run, int copies, Instant now);

// Stores the task of a run if the store knows nothing of it: it was learned of after the copy.
// False when there is no need, as it is remembered as done. Inside a db::Transaction.
bool make_known(db::Connection& db, const config::Config& config, const UnknownRun& run,
                Instant now);

}  // namespace cb::flow
