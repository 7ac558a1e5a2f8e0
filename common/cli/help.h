// The text of --help, and the parts of an app that help, errors and completions share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace cb::cli {

inline constexpr const char* kCommonGroup = "Common options";

// The sub-command that was chosen, however deep, else `app`.
const CLI::App& selected_command(const CLI::App& app);
std::vector<const CLI::App*> visible_commands(const CLI::App& app);
std::string command_line(const CLI::App& app);  // "cb-task add"

bool takes_many(const CLI::Option& option);
std::string value_name(const CLI::Option& option);  // "FILE"; "" for a flag

// Help for the selected command of `app`: synopsis, usage, arguments, options in groups with the
// common ones last, footer. `usage`: the lines after "Usage: NAME" of the app itself; empty: made
// from its options.
std::string help_text(const CLI::App& app, const std::vector<std::string>& usage);

}  // namespace cb::cli
