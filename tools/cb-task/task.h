// A whole run of cb-task.
#pragma once

#include "base/time.h"
#include "config/config.h"
#include "options.h"

namespace cb::task {

// Returns the exit code.
int run(const Options& options, const config::Config& config, const Now& now);

}  // namespace cb::task
