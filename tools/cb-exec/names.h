// From what a person typed to tasks of the store.
#pragma once

#include <string>
#include <vector>

#include "db/connection.h"
#include "options.h"
#include "state/tasks.h"

namespace cb::exec {

// The TASKs of the command line, "-" replaced by the lines of standard input. Throws Error:
// Fault::answer for one that does not exist, Fault::usage for an id that several sources have.
std::vector<state::TaskRow> find_targets(db::Connection& db, const std::vector<std::string>& words);

}  // namespace cb::exec
