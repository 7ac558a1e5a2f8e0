// A person's word: this file is for that task.
#pragma once

#include "base/time.h"
#include "config/config.h"
#include "options.h"
#include "state/store.h"

namespace cb::watch {

// Returns the exit code. Throws Error{Fault::answer} when there is no such file or task, or it
// cannot be tied.
int tie(state::Store& store, const config::Config& config, const Options& options, const Now& now);

}  // namespace cb::watch
