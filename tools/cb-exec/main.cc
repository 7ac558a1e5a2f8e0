// cb-exec: runs ready tasks and records how each ended.
#include "cli/main.h"
#include "exec.h"
#include "flow/auto_restore.h"
#include "options.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-exec", [&] {
    const auto options = cb::exec::parse_options(argc, argv);
    if (!options) return 0;
    return cb::flow::with_auto_restore(
        {options->common.config, options->common.state, options->dry_run},
        [&] { return cb::exec::run(*options); });
  });
}
