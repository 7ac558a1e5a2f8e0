// The options that every tool has.
#pragma once

#include <optional>
#include <string>

namespace cb::cli {

enum class Color { automatic, always, never };

// Typed by everybody: --config, --state, --json, --quiet, --verbose, --color.
struct CommonOptions {
  std::optional<std::string> config = {}, state = {};
  bool json = false, quiet = false, verbose = false;
  Color color = Color::automatic;
};

}  // namespace cb::cli
