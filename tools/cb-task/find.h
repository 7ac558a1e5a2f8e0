// From what a person typed to what the store knows.
#pragma once

#include <string>
#include <vector>

#include "db/connection.h"
#include "state/tasks.h"

namespace cb::task {

// The tasks that `names` name, each once, in order. Throws Error: Fault::answer for a task that is
// not there, Fault::usage for an id that several sources have.
std::vector<state::TaskRow> find_all(db::Connection& db, const std::vector<std::string>& names);

}  // namespace cb::task
