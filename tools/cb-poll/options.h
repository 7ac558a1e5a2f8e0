// What was typed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/common_options.h"

namespace cb::poll {

struct Options {
  cli::CommonOptions common = {};
  std::vector<std::string> sources = {};  // empty: all that have an upstream
  bool full = false;
  bool dry_run = false;
  bool follow = false;
  std::optional<Duration> every = {};
  std::optional<std::string> input = {};   // read tasks from this file instead; "-": standard input
  std::optional<std::string> source = {};  // the source of those tasks
};

// nullopt when the call was answered (--help). Throws Error{Fault::usage}.
std::optional<Options> parse_options(int argc, char** argv);

}  // namespace cb::poll
