#include "cli/explain.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/help.h"

namespace cb::cli {
namespace {

std::string see_help(const CLI::App& app) { return "; see " + command_line(app) + " --help"; }

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* at = &app; at; at = at->get_parent())
    for (const CLI::Option* option : at->get_options())
      if (!option->get_group().empty())
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : visible_commands(app)) names.push_back(command->get_name());
  return names;
}

// "--verb" means --verbose, however many letters are missing; else what is spelt nearly like it.
std::optional<std::string> likely(const std::string& word,
                                  const std::vector<std::string>& candidates) {
  std::vector<std::string> begun;
  for (const std::string& candidate : candidates)
    if (word.size() >= 4 && candidate.starts_with(word)) begun.push_back(candidate);
  return begun.size() == 1 ? begun.front() : closest(word, candidates);
}

// The first argument before "--" that looks like an option and is none.
std::optional<std::string> unknown_option(const std::vector<std::string>& left_over) {
  for (const std::string& argument : left_over) {
    if (argument == "--") break;
    if (argument.size() > 1 && argument[0] == '-') return argument.substr(0, argument.find('='));
  }
  return std::nullopt;
}

std::string explain_unknown(const CLI::App& app, const std::string& option) {
  const auto meant = likely(option, option_names(app));
  const std::string unknown = "unknown option " + excerpt(option, 80);
  return meant ? unknown + "; did you mean " + *meant + "?" : unknown + see_help(app);
}

std::string explain_extra(const CLI::App& app, const std::string& argument) {
  const auto commands = command_names(app);
  if (commands.empty())
    return "unexpected argument '" + excerpt(argument, 80) + "'" + see_help(app);
  const auto meant = likely(argument, commands);
  const std::string unknown = "unknown command '" + excerpt(argument, 80) + "'";
  return meant ? unknown + "; did you mean '" + *meant + "'?"
               : unknown + "; known are " + join(commands);
}

std::string explain_missing(const CLI::App& app, const std::string& name) {
  if (name == "A subcommand") return "a command is missing; known are " + join(command_names(app));
  return (name.starts_with('-') ? "option " + name : name) + " is missing" + see_help(app);
}

std::string explain_mismatch(const CLI::App& app, std::string name) {
  if (!name.starts_with('-')) name.insert(0, "--");
  const CLI::Option* option = nullptr;
  for (const CLI::App* at = &app; at && !option; at = at->get_parent())
    option = at->get_option_no_throw(name);
  if (option && option->get_items_expected_max() > 0)
    return "option " + name + " needs a value: " + name + " " + value_name(*option);
  return "option " + name + " takes no value";
}

// `message` up to `separator`, and what follows it.
std::pair<std::string, std::string> split(const std::string& message,
                                          const std::string& separator) {
  const size_t at = message.find(separator);
  if (at == std::string::npos) return {message, ""};
  return {message.substr(0, at), message.substr(at + separator.size())};
}

}  // namespace

std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& selected = selected_command(app);
  const auto left_over = app.remaining(true);
  if (const auto option = unknown_option(left_over)) return explain_unknown(selected, *option);
  for (const std::string& argument : left_over)
    if (argument != "--") return explain_extra(selected, argument);

  const std::string message = error.what();
  switch (static_cast<CLI::ExitCodes>(error.get_exit_code())) {
    case CLI::ExitCodes::RequiredError:
      return explain_missing(selected, split(message, " is req").first);
    case CLI::ExitCodes::ArgumentMismatch:
      return explain_mismatch(selected, split(split(message, ":").first, " ").first);
    case CLI::ExitCodes::ExcludesError: {
      const auto [one, other] = split(message, " excludes ");
      return one + " and " + other + " cannot be used together";
    }
    case CLI::ExitCodes::RequiresError: {
      const auto [one, other] = split(message, " requires ");
      return one + " needs " + other + " too";
    }
    default:
      return message + see_help(selected);
  }
}

}  // namespace cb::cli
