#include "command.h"

#include "cli/app.h"
#include "cli/options.h"

namespace cb::upstream_clickup {

std::optional<Command> parse_command(int argc, char** argv) {
  Command command;
  cli::App app("cb-upstream-clickup", "Answers the requests of cb for ClickUp", "");
  auto& check = *app.app().add_subcommand(
      "check", "Say who the token is, what it sees, and which statuses are missing");
  cli::add_list(check, "SOURCE", command.sources, "A source to check (default: all of ClickUp)");
  if (!app.parse(argc, argv)) return std::nullopt;
  command.common = app.common();
  command.is_check = check.parsed();
  return command;
}

}  // namespace cb::upstream_clickup
