// cb-exec TASK -- COMMAND: one command as a task, now; a safe wrapper for cron lines.
#pragma once

#include "options.h"
#include "state/store.h"

namespace cb::exec {

// Runs the command as the task (source "local" unless named), its output into the run's log and
// through to stdout and stderr. Returns the command's exit code; 128 + n for signal n; 124 after a
// timeout; 126 or 127 if it could not be started; 75 if the task is running elsewhere or held.
int run_command(const Options& options, state::Store store);

}  // namespace cb::exec
