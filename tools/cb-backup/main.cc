// cb-backup: keeps verified copies of the store.
#include "cli/main.h"
#include "config/config.h"
#include "job.h"
#include "options.h"
#include "os/clock.h"
#include "os/env.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-backup", [&] {
    const auto options = cb::backup::parse_options(argc, argv);
    if (!options) return 0;
    const auto config = cb::config::load(options->common.config);
    const auto state = cb::config::state_directory(options->common.state);
    cb::backup::Shelf shelf(cb::backup::destination(*options, config, state));
    cb::backup::Report report(*options);
    return cb::backup::run(
        {*options, config, state,
         cb::config::environment_for_commands(config, cb::os::environment_list()), shelf, report,
         cb::os::system_now});
  });
}
