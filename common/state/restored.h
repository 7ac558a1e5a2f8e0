// What a store must be told that was rebuilt from a copy. Functions that write must be called
// inside a db::Transaction.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "db/connection.h"
#include "model/task.h"

namespace cb::state {

// What was learned from upstream and sent there since the copy is not known: everything is listed
// anew, and a write that is owed may have been sent.
void distrust_upstream(db::Connection& db);

// Open tasks that no event above `seq` is about, in order.
std::vector<model::TaskName> open_without_event_after(db::Connection& db, int64_t seq);

// Holds an open task until a person looks at it; false when there is none, or it is not open.
bool hold_restored(db::Connection& db, const model::TaskName& name, const std::string& detail,
                   Instant now);

}  // namespace cb::state
