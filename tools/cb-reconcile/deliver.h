// What a source is owed.
#pragma once

#include "job.h"
#include "upstream/client.h"

namespace cb::reconcile {

// Delivers all that is due, and tells each write that was tried; or tells all that is owed.
void deliver(const Job& job, upstream::Client& client);

}  // namespace cb::reconcile
