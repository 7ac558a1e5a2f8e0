// A tool described by its CLI11 app: the source of completions and of the check of man pages.
#pragma once

#include <CLI/CLI.hpp>

#include "base/json.h"

namespace cb::cli {

// {"name", "synopsis", "options", "positionals", "commands"}, without what is hidden. An option:
// {"long": "--color", "short": "-c", "takes": "auto|always|never", "choices": ["auto", …], "help",
// "many"}; `short`, `takes` (a flag has none) and `choices` stand only where they apply; `many`: it
// may be given several times. A positional: {"name", "help", "required", "many"}. Commands are
// described like the app; they take its options too.
Json describe(const CLI::App& app);

}  // namespace cb::cli
