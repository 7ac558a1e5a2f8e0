// The command line of cb-upstream-clickup.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/common_options.h"

namespace cb::upstream_clickup {

struct Command {
  cli::CommonOptions common;
  bool is_check = false;             // otherwise it serves
  std::vector<std::string> sources;  // to check; none: all that use this helper
};

// nullopt when the call was answered (--help). Throws Error{Fault::usage}.
std::optional<Command> parse_command(int argc, char** argv);

}  // namespace cb::upstream_clickup
