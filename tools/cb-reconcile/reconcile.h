// A whole run of cb-reconcile.
#pragma once

#include "job.h"

namespace cb::reconcile {

// Returns the exit code.
int run(const Job& job);

}  // namespace cb::reconcile
