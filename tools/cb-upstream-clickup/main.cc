// cb-upstream-clickup: the upstream helper for ClickUp, and a check of its configuration.
#include <iostream>

#include "check.h"
#include "cli/main.h"
#include "cli/output.h"
#include "command.h"
#include "connection.h"
#include "os/clock.h"
#include "os/env.h"
#include "os/file.h"
#include "tracker.h"

int main(int argc, char** argv) {
  return cb::cli::run_main("cb-upstream-clickup", [&] {
    namespace clickup = cb::upstream_clickup;
    const auto command = clickup::parse_command(argc, argv);
    if (!command) return 0;
    if (command->is_check) return clickup::check(*command);
    const cb::cli::Messages messages("cb-upstream-clickup", command->common);
    clickup::ClickUpTracker tracker(
        {.places = {.directory = cb::os::working_directory(), .home = cb::os::home_directory()},
         .now = cb::os::system_now,
         .timer = clickup::real_timer(),
         .flush = [] { std::cout.flush(); },
         .problem = [&](std::string_view line) { messages.problem(line); },
         .detail = [&](std::string_view line) { messages.detail(line); }});
    cb::upstream::serve(std::cin, std::cout, tracker);
    return 0;
  });
}
