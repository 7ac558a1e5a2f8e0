// What was typed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/common_options.h"
#include "model/task.h"

namespace cb::task {

enum class Command { add, hold, release, cancel, retry, forget };

struct Options {
  cli::CommonOptions common = {};
  Command command = Command::add;
  bool dry_run = false;
  std::vector<std::string> tasks = {};  // of all commands but add
  std::string reason = {};              // a person's words; "" = none
  model::Task added = {};               // of add; an empty id: one is to be made
};

// nullopt when the call was answered (--help). Throws Error{Fault::usage}.
std::optional<Options> parse_options(int argc, char** argv);

// "hold", "cancel", …
std::string to_string(Command command);

}  // namespace cb::task
