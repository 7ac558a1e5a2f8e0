// cb-poll: learns of tasks, decides which are ready, and says why the others are not.
#include "cli/main.h"
#include "config/config.h"
#include "flow/auto_restore.h"
#include "flow/workplace.h"
#include "options.h"
#include "os/clock.h"
#include "os/env.h"
#include "run.h"
#include "sources.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-poll", [&] {
    const auto options = cb::poll::parse_options(argc, argv);
    if (!options) return 0;
    const auto config = cb::config::load(options->common.config);
    cb::poll::check_sources(*options, config);
    return cb::flow::with_auto_restore(
        {options->common.config, options->common.state, options->dry_run}, [&] {
          const auto purpose =
              options->dry_run ? cb::flow::Purpose::rehearse : cb::flow::Purpose::change;
          cb::flow::Workplace place(cb::config::state_directory(options->common.state), purpose,
                                    cb::os::system_now());
          cb::poll::Report report(*options);
          return cb::poll::run({*options, config, cb::os::environment_list(), place.store(), report,
                                cb::os::system_now});
        });
  });
}
