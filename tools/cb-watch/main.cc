// cb-watch: notices finished files, once each, and ties them to tasks.
#include "cli/main.h"
#include "call.h"
#include "options.h"
#include "os/clock.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-watch", [&] {
    const auto options = cb::watch::parse_options(argc, argv);
    return options ? cb::watch::call(*options, cb::os::system_now) : 0;
  });
}
