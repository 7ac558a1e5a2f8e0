// Which of its uses a call of cb-watch is.
#pragma once

#include "base/time.h"
#include "options.h"

namespace cb::watch {

// Returns the exit code.
int call(const Options& options, const Now& now);

}  // namespace cb::watch
