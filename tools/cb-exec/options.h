// What was typed for cb-exec.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/common_options.h"

namespace cb::exec {

struct Options {
  cli::CommonOptions common;
  std::vector<std::string> tasks;  // TASK…, those of "-" not yet read
  std::optional<int64_t> jobs, limit;
  std::string kind, source;  // "" = any
  bool retry = false, dry_run = false, follow = false;
  std::optional<Duration> every;
  Duration grace =
      std::chrono::seconds(30);  // for commands to end by themselves after a stop signal
  // TASK -- COMMAND ARG…
  std::optional<std::vector<std::string>> command;
  std::optional<Duration> timeout;
  std::optional<int64_t> attempts;
};

// nullopt: the call was answered (--help …). Throws Error{Fault::usage}.
std::optional<Options> parse_options(int argc, char** argv);

}  // namespace cb::exec
