// cb-status: shows what the store knows and explains it. It changes nothing.
#include "cli/main.h"
#include "commands.h"
#include "config/config.h"
#include "flow/open.h"
#include "options.h"
#include "os/clock.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-status", [&] {
    const auto options = cb::status::parse_options(argc, argv);
    if (!options) return 0;
    auto store = cb::flow::open_store(cb::config::state_directory(options->common.state),
                                      cb::db::Access::read);
    return cb::status::run(store, *options, cb::os::system_now());
  });
}
