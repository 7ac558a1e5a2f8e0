// From what a person typed to what the store knows.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "db/connection.h"
#include "options.h"
#include "state/tasks.h"

namespace cb::status {

// The task that `text` names. Throws Error: Fault::usage when several sources have a task of that
// id, Fault::answer when there is none, "no such task: x; did you mean y?".
state::TaskRow find_named(db::Connection& db, const std::string& text);

// Calls `each` for every task of `options`. Those that do not exist are reported on stderr and make
// the result 1; otherwise it is 0.
int for_each_named(db::Connection& db, const Options& options,
                   const std::function<void(const state::TaskRow&)>& each);

}  // namespace cb::status
