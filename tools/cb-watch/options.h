// What was typed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/common_options.h"
#include "state/files.h"

namespace cb::watch {

enum class Command {
  watch,   // the configured watches
  filter,  // --dir: print finished files
  tie,
  list,
};

struct Options {
  cli::CommonOptions common = {};
  Command command = Command::watch;
  std::vector<std::string> names = {};  // of watches; empty: all
  bool follow = false;
  std::optional<Duration> every = {};
  bool use_hints = true;
  bool dry_run = false;

  // --- of the filter
  std::string dir = {};  // as typed
  std::vector<std::string> match = {}, ignore = {};
  bool recursive = false;
  Duration settle = std::chrono::seconds(2);
  std::optional<std::string> as = {};  // remember under this name instead of the directory's
  bool again = false;                  // print what was printed before too
  bool print0 = false;

  // --- of tie
  std::string file = {}, task = {};

  // --- of list
  std::vector<state::FileStage> stages = {};  // empty: any
};

// nullopt when the call was answered (--help). Throws Error{Fault::usage}.
std::optional<Options> parse_options(int argc, char** argv);

}  // namespace cb::watch
