// The files that the store knows.
#pragma once

#include "options.h"
#include "state/store.h"

namespace cb::watch {

// Returns the exit code.
int list_files(state::Store& store, const Options& options);

}  // namespace cb::watch
