// cb-watch: notices finished files, once each, and ties them to tasks.
#include "cli/main.h"
#include "call.h"
#include "flow/auto_restore.h"
#include "options.h"
#include "os/clock.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-watch", [&] {
    const auto options = cb::watch::parse_options(argc, argv);
    if (!options) return 0;
    const auto only_looks = options->dry_run || options->command == cb::watch::Command::list;
    return cb::flow::with_auto_restore(
        {options->common.config, options->common.state, only_looks},
        [&] { return cb::watch::call(*options, cb::os::system_now); });
  });
}
