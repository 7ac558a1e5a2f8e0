// cb-upstream-clickup check: what a person wants to know before the first run.
#pragma once

#include "command.h"

namespace cb::upstream_clickup {

// Prints what was found and returns the exit code: 0 fine, 1 something to look at, 69 ClickUp
// cannot be reached. Throws Error{Fault::configuration}.
int check(const Command& command);

}  // namespace cb::upstream_clickup
