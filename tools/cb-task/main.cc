// cb-task: a person's hand on a task: add, hold, release, cancel, retry, forget.
#include "cli/main.h"
#include "config/config.h"
#include "options.h"
#include "os/clock.h"
#include "task.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-task", [&] {
    const auto options = cb::task::parse_options(argc, argv);
    if (!options) return 0;
    const auto config = cb::config::load(options->common.config);
    return cb::task::run(*options, config, cb::os::system_now);
  });
}
