// What was typed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/common_options.h"

namespace cb::reconcile {

struct Options {
  cli::CommonOptions common = {};
  std::vector<std::string> sources = {};  // empty: all that have an upstream, and the store itself
  bool check = false;
  bool dry_run = false;
  bool follow = false;
  std::optional<Duration> every = {};

  bool only_reports() const { return check || dry_run; }
};

// nullopt when the call was answered (--help). Throws Error{Fault::usage}.
std::optional<Options> parse_options(int argc, char** argv);

}  // namespace cb::reconcile
