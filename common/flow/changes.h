// What a transaction changed, told to people and programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "db/connection.h"
#include "flow/recover.h"
#include "state/tasks.h"

namespace cb::flow {

// One task that became another.
struct Change {
  state::TaskRow row;                  // as it is now
  std::optional<model::State> before;  // absent: it was not known
  std::string reason;                  // as people see it, never empty
};

// Every task with an event after `seq`, in the order of its first; the tasks that were released by
// others are among them. To be asked inside the transaction, so that nobody else's changes are.
std::vector<Change> changes_since(db::Connection& db, int64_t seq);

Change change_of(db::Connection& db, state::TaskRow row, std::optional<model::State> before);

// The record of a change: task, verdict, previous, reason, title and, of a held task, detail.
Json to_json(const Change& change);
// The same for a table: task, verdict, reason, title.
std::vector<std::string> cells_of(const Change& change);

// One line for each run that was recorded or has to be waited for.
std::vector<std::string> describe(db::Connection& db, const Recovery& recovery);

}  // namespace cb::flow
