// What retention may remove from the store. Functions that write must be called inside a
// db::Transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/connection.h"
#include "model/state.h"
#include "os/process.h"

namespace cb::state {

// Numbers above `after`, ascending, of tasks that have been in `state` since before `before` and
// owe nothing to upstream. At most `limit`.
std::vector<int64_t> settled_before(db::Connection& db, model::State state, Instant before,
                                    int64_t after, int limit);

// Numbers above `after`, ascending, of tasks with more than `keep` runs that have ended. At most
// `limit`.
std::vector<int64_t> tasks_with_runs(db::Connection& db, int keep, int64_t after, int limit);

// The ended runs of a task but for the newest `keep` and those that still owe something, oldest
// first.
struct OldRun {
  std::string id;
  os::Tag tag = 0;
};
std::vector<OldRun> old_runs(db::Connection& db, int64_t task, int keep);
void forget_run(db::Connection& db, const std::string& id);

bool is_task_known(db::Connection& db, int64_t n);
bool is_run_known(db::Connection& db, const std::string& id);
// Calls `each` with source and id of every task.
void name_all(db::Connection& db,
              const std::function<void(const std::string&, const std::string&)>& each);
bool has_tasks(db::Connection& db, const std::string& source);

}  // namespace cb::state
