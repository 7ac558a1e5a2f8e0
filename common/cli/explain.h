// What CLI11 refuses, in one line that says how to go on.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace cb::cli {

// "unknown option --folow; did you mean --follow?" An unknown option is named first, whatever else
// is wrong.
std::string explain(const CLI::App& app, const CLI::ParseError& error);

}  // namespace cb::cli
