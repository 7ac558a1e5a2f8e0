// cb-exec: runs ready tasks and records how each ended.
#include "cli/main.h"
#include "exec.h"
#include "options.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-exec", [&] {
    const auto options = cb::exec::parse_options(argc, argv);
    return options ? cb::exec::run(*options) : 0;
  });
}
