#include "cli/app.h"

#include <algorithm>
#include <iterator>

#include "base/version.h"
#include "cli/explain.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/spec.h"

namespace cb::cli {
namespace {

struct SpecRequested {};

Color parse_color(const std::string& word) {
  if (word == "always") return Color::always;
  return word == "never" ? Color::never : Color::automatic;
}

// CLI11 would take the next argument as the value of "--state=".
void refuse_missing_value(const std::string& argument) {
  if (argument.starts_with("--") && argument.find('=') == argument.size() - 1)
    throw Error(Fault::usage, "option " + argument.substr(0, argument.size() - 1) +
                                  ": there is nothing after the '='");
}

}  // namespace

App::App(std::string name, std::string synopsis, std::string versions)
    : app_(std::move(synopsis), std::move(name)), versions_(std::move(versions)) {
  app_.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app_.option_defaults()->disable_flag_override();
  app_.fallthrough()->require_subcommand(0, 1);
  add_common_options();
}

void App::add_common_options() {
  app_.option_defaults()->group(kCommonGroup);
  add_path(app_, "--config", common_.config,
           "Read this configuration (default: $CB_CONFIG, else ~/.config/cb/config.json)");
  add_path(app_, "--state", common_.state,
           "Keep everything here (default: $CB_STATE, else ~/.local/state/cb)")
      ->type_name("DIR");
  app_.add_flag("--json", common_.json, "Print one JSON object per line");
  app_.add_flag("-q,--quiet", common_.quiet, "Report problems only: no notes, no progress");
  app_.add_flag("-v,--verbose", common_.verbose, "Report more of what is done");
  add_choice(app_, "--color", color_, {"auto", "always", "never"},
             "Use colour; auto: on a terminal, unless NO_COLOR is set");
  app_.set_help_flag("-h,--help", "Print this help");
  std::string version = app_.get_name() + " " + kVersion;
  if (!versions_.empty()) version += " (" + versions_ + ")";
  app_.set_version_flag("--version", version, "Print the version");
  app_.add_flag_callback("--spec", [] { throw SpecRequested(); })->group("");
  app_.option_defaults()->group("Options");
}

void App::add_usage(std::string line) { usage_.push_back(std::move(line)); }

void App::add_loop(bool& follow, std::optional<Duration>& every) {
  app_.add_flag("--follow", follow, "Go on until told to stop by SIGTERM or SIGINT");
  add_duration("--every", every, "Look again after this time; implies --follow");
  follow_ = &follow;
  every_ = &every;
}

CLI::Option* App::add_duration(const std::string& names, std::optional<Duration>& target,
                               const std::string& description) {
  return cli::add_duration(app_, names, target, description);
}

std::vector<std::string> App::arguments(int argc, char** argv) {
  std::vector<std::string> all(argv + std::min(argc, 1), argv + argc);
  const auto dashes = std::find(all.begin(), all.end(), "--");
  std::for_each(all.begin(), dashes, refuse_missing_value);
  if (command_ && dashes != all.end()) {
    command_->emplace(std::next(dashes), all.end());
    all.erase(dashes, all.end());
  }
  std::reverse(all.begin(), all.end());  // the form that CLI11 takes
  return all;
}

void App::finish() {
  common_.color = parse_color(color_);
  if (!every_ || !*every_) return;
  if (**every_ <= Duration::zero())
    throw Error(Fault::usage, "option --every: the time must be longer than 0s");
  *follow_ = true;
}

bool App::parse(int argc, char** argv) {
  try {
    app_.parse(arguments(argc, argv));
    finish();
    return true;
  } catch (const CLI::CallForHelp&) {
    print(help_text(app_, usage_));
  } catch (const CLI::CallForVersion& version) {
    print(version.what() + std::string("\n"));
  } catch (const SpecRequested&) {
    print(to_line(describe(app_)) + "\n");
  } catch (const CLI::ParseError& error) {
    throw Error(Fault::usage, explain(app_, error));
  }
  return false;
}

}  // namespace cb::cli
