// cb-upstream-file: the upstream helper for a board that is one JSON file.
#include <iostream>

#include "cli/app.h"
#include "cli/main.h"
#include "cli/output.h"
#include "os/clock.h"
#include "os/env.h"
#include "os/file.h"
#include "serve.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-upstream-file", [&] {
    cb::cli::App app("cb-upstream-file",
                     "Answers the requests of cb for a board that is one JSON file.", "");
    if (!app.parse(argc, argv)) return 0;
    const cb::cli::Messages messages("cb-upstream-file", app.common());
    cb::upstream_file::FileTracker board(
        {.directory = cb::os::working_directory(),
         .home = cb::os::home_directory(),
         .now = cb::os::system_now,
         .problem = [&](std::string_view line) { messages.problem(line); }});
    cb::upstream::serve(std::cin, std::cout, board);
    return 0;
  });
}
