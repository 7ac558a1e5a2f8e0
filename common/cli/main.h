// What every tool's main() shares: exit codes, and one place that catches.
#pragma once

#include <functional>

namespace cb::cli {

// Runs `body` and returns the exit code: its own, or that of the Error it threw, after one line
// "NAME: message" on stderr (with
// --json too: stderr is for people). Any other exception is 70, "internal error: …". Ignores
// SIGPIPE, and checks that stdout took everything: a closed pipe changes nothing, another failure
// is 70.
int run_main(const char* name, const std::function<int()>& body);

}  // namespace cb::cli
