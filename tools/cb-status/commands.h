// The commands, one file each. All return the exit code, print to stdout, and only read the store.
#pragma once

#include "base/time.h"
#include "options.h"
#include "state/store.h"

namespace cb::status {

int run(state::Store& store, const Options& options, Instant now);  // the one that was chosen

int print_summary(state::Store& store, const Options& options, Instant now);
int print_list(state::Store& store, const Options& options, Instant now);
int print_tasks(state::Store& store, const Options& options, Instant now);
int print_why(state::Store& store, const Options& options, Instant now);
int print_log(state::Store& store, const Options& options);
int print_events(state::Store& store, const Options& options, Instant now);

}  // namespace cb::status
