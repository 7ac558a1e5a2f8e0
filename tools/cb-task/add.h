// A task of a person's own.
#pragma once

#include "base/time.h"
#include "db/connection.h"
#include "flow/admit.h"
#include "flow/changes.h"
#include "model/task.h"

namespace cb::task {

// Inside a db::Transaction. Throws Error: Fault::answer when there is, or was, such a task,
// Fault::data when its dependencies lead back to it.
state::ChangedTask add(db::Connection& db, const flow::Rules& rules, const model::Task& task,
                       Instant now);

}  // namespace cb::task
