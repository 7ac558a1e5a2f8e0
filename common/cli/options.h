// Options with strict values, for the app or a sub-command. Each refuses a bad value with
// Error{Fault::usage} "option --jobs: 'x' is not a whole number from 1 to 1000".
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace cb::cli {

CLI::Option* add_duration(CLI::App& app, const std::string& names, std::optional<Duration>& target,
                          const std::string& description);

struct Range {
  int64_t least, most;
};
CLI::Option* add_integer(CLI::App& app, const std::string& names, std::optional<int64_t>& target,
                         Range range, const std::string& description);

// A path; an empty one is refused, as it comes from an unset variable.
CLI::Option* add_path(CLI::App& app, const std::string& names, std::optional<std::string>& target,
                      const std::string& description);

// One of `choices`, as written.
CLI::Option* add_choice(CLI::App& app, const std::string& names, std::string& target,
                        const std::vector<std::string>& choices, const std::string& description);

// Any number of texts, as written: an option takes one at each use, a positional ("TASK") all that
// are left.
CLI::Option* add_list(CLI::App& app, const std::string& names, std::vector<std::string>& target,
                      const std::string& description);

}  // namespace cb::cli
