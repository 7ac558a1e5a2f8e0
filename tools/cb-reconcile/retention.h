// What is kept of finished tasks and runs.
#pragma once

#include "job.h"

namespace cb::reconcile {

// Forgets finished tasks that are older than the configuration keeps them, and the oldest runs of
// those that have many. What they left on disk has no owner then: see leftovers.h.
void forget_old(const Job& job);

}  // namespace cb::reconcile
