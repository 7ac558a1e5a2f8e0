// Why a task is not running: the first thing in its way.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "config/config.h"
#include "files.h"
#include "state/store.h"
#include "state/tasks.h"

namespace cb::status {

struct Explanation {
  std::string task, state, reason;
  // What kind of thing it is: held, dependency, running, supervisor_lost, not_before, key,
  // concurrency, source, handler, disk, failed or canceled; "" when nothing is in the way.
  std::string blocker;
  std::string text;                  // the same in a sentence; one line
  std::optional<Instant> clears_at;  // when it ends by itself
  std::string next;                  // what a person can do about it; "" = nothing needs to be done
  std::string log_line;              // of a running task: the last line of its log

  struct Unmet {
    std::string task, state, reason;  // state: "unseen" for a task not seen yet
  };
  std::vector<Unmet> waits_for;     // of a blocked task
  std::vector<PossibleFile> files;  // of a task that waits for one: unmatched, perhaps for it
  std::shared_ptr<const Explanation> root;  // of the task that holds up the whole chain
};

struct Surroundings {
  const config::Config* config =
      nullptr;  // nullptr: cannot be read; what depends on it is left out
  Instant now;
};

Explanation explain(state::Store& store, const state::TaskRow& row, const Surroundings& around);

Json to_json(const Explanation& explanation);

}  // namespace cb::status
