// cb-exec without its command line: opens what is needed and does the work.
#pragma once

#include "options.h"

namespace cb::exec {

// Returns the exit code. Throws Error when it cannot go on.
int run(const Options& options);

}  // namespace cb::exec
