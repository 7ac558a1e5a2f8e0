// A whole run of cb-poll.
#pragma once

#include "job.h"

namespace cb::poll {

// Returns the exit code.
int run(const Job& job);

}  // namespace cb::poll
