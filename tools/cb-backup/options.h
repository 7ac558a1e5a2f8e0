// What was typed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/common_options.h"

namespace cb::backup {

enum class Command { create, list, verify, prune, restore, check, repair };

struct Options {
  cli::CommonOptions common = {};
  Command command = Command::create;
  std::optional<std::string> dest = {};
  bool dry_run = false;
  bool full = false;  // create: not an increment
  // create: argv that gets what is finished; nullopt: that of the configuration
  std::optional<std::vector<std::string>> to_command = {};
  Duration timeout = std::chrono::hours(1);  // of that command
  Duration wait = std::chrono::minutes(1);   // for another cb-backup
  std::vector<std::string> ids = {};         // verify, restore; empty: the newest
  bool all = false;
  std::optional<Instant> at = {};      // restore: the state at that moment
  std::optional<std::string> to = {};  // restore: into this file, not into the store
};

// nullopt when the call was answered (--help). Throws Error{Fault::usage}.
std::optional<Options> parse_options(int argc, char** argv);

}  // namespace cb::backup
