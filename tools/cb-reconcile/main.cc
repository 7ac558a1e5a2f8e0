// cb-reconcile: makes store and trackers agree, or says where they do not.
#include "cli/main.h"
#include "config/config.h"
#include "flow/auto_restore.h"
#include "flow/sources.h"
#include "flow/workplace.h"
#include "options.h"
#include "os/clock.h"
#include "os/env.h"
#include "reconcile.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-reconcile", [&] {
    const auto options = cb::reconcile::parse_options(argc, argv);
    if (!options) return 0;
    const auto config = cb::config::load(options->common.config);
    const auto sources = cb::flow::upstream_sources(config, options->sources, "reconcile");
    return cb::flow::with_auto_restore(
        {options->common.config, options->common.state, options->only_reports()}, [&] {
          const auto purpose =
              options->only_reports() ? cb::flow::Purpose::rehearse : cb::flow::Purpose::change;
          cb::flow::Workplace place(cb::config::state_directory(options->common.state), purpose,
                                    cb::os::system_now());
          cb::reconcile::Report report(*options);
          return cb::reconcile::run({*options, config, sources, cb::os::environment_list(),
                                     place.store(), report, cb::os::system_now});
        });
  });
}
