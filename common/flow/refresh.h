// Time passes and configurations change: tasks are judged again without anybody having sent them.
#pragma once

#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "flow/admit.h"
#include "state/store.h"

namespace cb::flow {

// Judges again the tasks whose time to be rechecked has come and, when the configuration is another
// than last time, all open ones. Returns those that changed. Short transactions of its own; costs
// two queries when there is nothing to do.
std::vector<Admitted> refresh(state::Store& store, const config::Config& config, Instant now);

}  // namespace cb::flow
