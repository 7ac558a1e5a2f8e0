// The command line of one tool.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/common_options.h"

namespace cb::cli {

// The app of one tool. `synopsis` is the first sentence of its help; `versions`, when not empty, is
// appended to --version: "cb-exec 0.1.0 (SQLite 3.40.1, schema 1)". Adds the common options,
// --help, --version, and the hidden --spec, which prints the app's own description (spec.h). Of an
// option given twice the last counts, and sub-commands take the options of the app too. What CLI11
// has no good form for is in options.h.
class App {
 public:
  App(std::string name, std::string synopsis, std::string versions);

  CLI::App& app() { return app_; }
  CommonOptions& common() { return common_; }
  // The lines after "Usage:" in the help, without the tool's name: "[OPTION]... TASK -- COMMAND
  // [ARG]...". Made from the options and positionals when none is added.
  void add_usage(std::string line);
  // --follow and --every D (which implies it). nullopt in `every`: the tool's own pace.
  void add_loop(bool& follow, std::optional<Duration>& every);
  // An option whose value is a duration ("90s").
  CLI::Option* add_duration(const std::string& names, std::optional<Duration>& target,
                            const std::string& description);
  // All that follows the first "--", as it is; nullopt without "--". Then "--" no longer ends the
  // options.
  void take_command(std::optional<std::vector<std::string>>& target) { command_ = &target; }

  // Parses; false when the call was answered (--help, --version, --spec) and main should return 0.
  // Throws Error{Fault::usage}.
  bool parse(int argc, char** argv);

 private:
  void add_common_options();
  std::vector<std::string> arguments(int argc, char** argv);
  void finish();

  CLI::App app_;
  CommonOptions common_;
  std::string versions_;
  std::string color_ = "auto";
  std::vector<std::string> usage_;
  bool* follow_ = nullptr;
  std::optional<Duration>* every_ = nullptr;
  std::optional<std::vector<std::string>>* command_ = nullptr;
};

}  // namespace cb::cli
