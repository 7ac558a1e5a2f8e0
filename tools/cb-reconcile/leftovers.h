// Files of the state directory that belong to nobody any more.
#pragma once

#include "job.h"

namespace cb::reconcile {

// Removes directories of runs and working directories without an owner in the store, kept ends of
// dead cb-execs, and locks of sources that are gone. Safe beside every other tool.
void remove_leftovers(const Job& job);

}  // namespace cb::reconcile
