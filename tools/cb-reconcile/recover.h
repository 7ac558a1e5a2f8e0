// Runs whose cb-exec died, and tasks that time or the configuration judge anew.
#pragma once

#include "job.h"

namespace cb::reconcile {

void recover(const Job& job);

}  // namespace cb::reconcile
