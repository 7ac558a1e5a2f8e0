// What was typed.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "cli/common_options.h"
#include "state/list.h"

namespace cb::status {

enum class Command { summary, list, show, why, log, events };

struct Options {
  cli::CommonOptions common;
  Command command = Command::summary;
  std::vector<std::string> tasks;  // show, why: one or more; log: one; events: none or one

  state::ListFilter filter;  // list
  bool names_only = false;

  bool follow = false;           // log, events
  bool raw = false;              // log
  std::optional<int64_t> lines;  // log: so many of the last; all by default
  std::optional<int64_t> limit;  // events: so many of the newest
  std::optional<std::variant<Duration, Instant>> since = {};  // events: so long ago, or then
};

// nullopt when the call was answered (--help). Throws Error{Fault::usage}.
std::optional<Options> parse_options(int argc, char** argv);

}  // namespace cb::status
