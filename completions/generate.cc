// Writes the completions of one tool:   TOOL --spec | generate bash|zsh|fish
// See scripts/completions.
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>

#include "base/json.h"

namespace {

using cb::Json;

const std::string kListTasks = "cb-status list --names 2>/dev/null";

enum class Value { none, word, file, directory, task };

// What an argument called `name` ("FILE", "DIR", "TASK") stands for.
Value value_of(const std::string& name) {
  if (name.empty()) return Value::none;
  if (name.find("FILE") != std::string::npos) return Value::file;
  if (name.find("DIR") != std::string::npos) return Value::directory;
  if (name.find("TASK") != std::string::npos) return Value::task;
  return Value::word;
}

Value value_of_option(const Json& option) { return value_of(option.value("takes", "")); }

// The value of the first positional of an app, which stands for all.
Value value_of_positionals(const Json& app) {
  return app["positionals"].empty() ? Value::none : value_of(app["positionals"][0]["name"]);
}

std::string joined(const Json& words) {
  std::string out;
  for (const Json& word : words) out += (out.empty() ? "" : " ") + word.get<std::string>();
  return out;
}

std::string names(const Json& items, const char* member) {
  Json list = Json::array();
  for (const Json& item : items)
    if (item.contains(member)) list.push_back(item[member]);
  return joined(list);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string heading(const Json& app) {
  return "Completions of " + app["name"].get<std::string>() +
         ". Written by scripts/completions; do not edit.\n";
}

std::string function_name(const Json& app) { return "_" + replaced(app["name"], "-", "_"); }

const Json* find_option(const Json& app, const Json& like) {
  for (const Json& option : app["options"])
    if (option.value("long", "") == like.value("long", "")) return &option;
  return nullptr;
}

// A command takes the options of the app as well, unless it has its own of that name.
Json with_inherited_options(Json app) {
  for (Json& command : app["commands"])
    for (const Json& option : app["options"])
      if (!find_option(command, option)) command["options"].push_back(option);
  return app;
}

// --- bash

std::string bash_reply(Value value) {
  switch (value) {
    case Value::file:
      return "_filedir";
    case Value::directory:
      return "_filedir -d";
    case Value::task:
      return "_cb_tasks";
    case Value::none:
    case Value::word:
      return ":";
  }
  return ":";
}

std::string bash_words(const std::string& words) {
  return "mapfile -t COMPREPLY < <(compgen -W '" + words + "' -- \"$cur\")";
}

// The values of options, and then the options and arguments themselves.
std::string bash_body(const Json& app, const std::string& indent) {
  std::ostringstream out;
  out << indent << "case $prev in\n";
  for (const Json& option : app["options"]) {
    if (!option.contains("takes")) continue;
    out << indent << "  " << option.value("long", "");
    if (option.contains("short")) out << " | " << option["short"].get<std::string>();
    out << ") "
        << (option.contains("choices") ? bash_words(joined(option["choices"]))
                                       : bash_reply(value_of_option(option)))
        << "; return ;;\n";
  }
  out << indent << "esac\n";
  out << indent << "case $cur in\n";
  out << indent << "  -*) " << bash_words(names(app["options"], "long")) << " ;;\n";
  out << indent << "  *) "
      << (app["commands"].empty() ? bash_reply(value_of_positionals(app))
                                  : bash_words(names(app["commands"], "name")))
      << " ;;\n";
  out << indent << "esac\n";
  return out.str();
}

// Ids come from trackers: they are quoted and never expanded, so that pressing TAB runs nothing.
std::string bash_tasks() {
  return "_cb_tasks() {\n"
         "  local task quoted\n"
         "  COMPREPLY=()\n"
         "  while IFS= read -r task; do\n"
         "    printf -v quoted %q \"$task\"\n"
         "    [[ $task == \"$cur\"* || $quoted == \"$cur\"* ]] && COMPREPLY+=(\"$quoted\")\n"
         "  done < <(" +
         kListTasks +
         ")\n"
         "  __ltrim_colon_completions \"$cur\"\n"
         "}\n";
}

std::string bash(const Json& app) {
  std::ostringstream out;
  out << "# shellcheck shell=bash\n# " << heading(app) << bash_tasks() << function_name(app)
      << "() {\n"
      << "  local cur prev words cword at\n"
      << "  _get_comp_words_by_ref -n : cur prev words cword\n"
      << "  for ((at = 1; at < cword; at++)); do\n"
      << "    case ${words[at]} in\n"
      << "      --) _command_offset $((at + 1)); return ;;\n";
  for (const Json& command : app["commands"])
    out << "      " << command["name"].get<std::string>() << ")\n"
        << bash_body(command, "        ") << "        return ;;\n";
  out << "    esac\n"
      << "  done\n"
      << bash_body(app, "  ") << "}\n"
      << "complete -F " << function_name(app) << " " << app["name"].get<std::string>() << "\n";
  return out.str();
}

// --- zsh

std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') out += "'\\'";
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(Value value) {
  switch (value) {
    case Value::file:
      return "_files";
    case Value::directory:
      return "_files -/";
    case Value::task:
      return "{compadd -- ${(f)\"$(" + kListTasks + ")\"}}";
    case Value::none:
    case Value::word:
      return " ";
  }
  return " ";
}

// '--jobs[…]:N: ' or '(-j --jobs)'{-j,--jobs}'[…]:N: '
std::string zsh_option(const Json& option) {
  const std::string name = option.value("long", option.value("short", ""));
  const bool many = option.value("many", false);
  std::string out = many ? "'*" + name : "'" + name;
  if (option.contains("long") && option.contains("short")) {
    const std::string both = option["short"].get<std::string>() + "," + name;
    out = (many ? "'*'" : "'(" + replaced(both, ",", " ") + ")'") + "{" + both + "}'";
  }
  out += "[" + zsh_text(option["help"]) + "]";
  if (option.contains("takes")) {
    out += ":" + zsh_text(option["takes"].get<std::string>()) + ":";
    out += option.contains("choices") ? "(" + joined(option["choices"]) + ")"
                                      : zsh_action(value_of_option(option));
  }
  return out + "'";
}

std::string zsh_arguments(const Json& app, const std::string& indent) {
  std::string out = indent + "_arguments -s";
  for (const Json& option : app["options"]) out += " \\\n" + indent + "  " + zsh_option(option);
  if (!app["positionals"].empty())
    out += " \\\n" + indent + "  '*:" + zsh_text(app["positionals"][0]["name"]) + ":" +
           zsh_action(value_of_positionals(app)) + "'";
  return out;
}

std::string zsh_commands(const Json& app) {
  std::string out = " \\\n    '1:command:((";
  for (const Json& command : app["commands"])
    out += command["name"].get<std::string>() + "\\:\"" + zsh_text(command["synopsis"]) + "\" ";
  out += "))' \\\n    '*::argument:->rest' && return\n  case $words[1] in\n";
  for (const Json& command : app["commands"])
    out += "    " + command["name"].get<std::string>() + ")\n" + zsh_arguments(command, "      ") +
           "\n      ;;\n";
  return out + "  esac\n";
}

std::string zsh(const Json& app) {
  std::string out = "#compdef " + app["name"].get<std::string>() + "\n# " + heading(app);
  out += "local context state state_descr line\ntypeset -A opt_args\n\n";
  if (app["commands"].empty()) return out + zsh_arguments(app, "") + "\n";
  Json options = app;
  options["positionals"] = Json::array();
  return out + function_name(app) + "() {\n" +
         replaced(zsh_arguments(options, "  "), "_arguments -s", "_arguments -s -C") +
         zsh_commands(app) + "}\n" + function_name(app) + " \"$@\"\n";
}

// --- fish

std::string fish_text(const std::string& text) {
  return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_arguments(Value value) {
  switch (value) {
    case Value::file:
      return " -F";
    case Value::directory:
      return " -x -a '(__fish_complete_directories)'";
    case Value::task:
      return " -x -a '(" + kListTasks + ")'";
    case Value::none:
    case Value::word:
      return " -x";
  }
  return "";
}

std::string fish_option(const Json& option, const std::string& start) {
  std::string out = start;
  if (option.contains("long")) out += " -l " + option["long"].get<std::string>().substr(2);
  if (option.contains("short")) out += " -s " + option["short"].get<std::string>().substr(1);
  if (option.contains("choices"))
    out += " -x -a '" + joined(option["choices"]) + "'";
  else if (option.contains("takes"))
    out += " -r" + fish_arguments(value_of_option(option));
  return out + " -d " + fish_text(option["help"]) + "\n";
}

std::string fish_positionals(const Json& app, const std::string& start) {
  const Value value = value_of_positionals(app);
  return value == Value::none ? "" : start + fish_arguments(value) + "\n";
}

std::string fish_command(const Json& app, const Json& command, const std::string& start) {
  const std::string name = command["name"];
  const std::string after = start + " -n '__fish_seen_subcommand_from " + name + "'";
  std::string out = start + " -n __fish_use_subcommand -a " + name + " -d " +
                    fish_text(command["synopsis"]) + "\n";
  for (const Json& option : command["options"]) {
    const Json* inherited = find_option(app, option);
    if (!inherited || *inherited != option) out += fish_option(option, after);
  }
  return out + fish_positionals(command, after);
}

// An option of the app stays one after a command, unless the command has its own of that name.
std::string fish_app_option(const Json& app, const Json& option, const std::string& start) {
  std::string except;
  for (const Json& command : app["commands"]) {
    const Json* own = find_option(command, option);
    if (own && *own != option) except += " " + command["name"].get<std::string>();
  }
  if (except.empty()) return fish_option(option, start);
  return fish_option(option, start + " -n 'not __fish_seen_subcommand_from" + except + "'");
}

std::string fish(const Json& app) {
  const std::string start = "complete -c " + app["name"].get<std::string>();
  std::string out = "# " + heading(app) + start + " -f\n";
  for (const Json& option : app["options"]) out += fish_app_option(app, option, start);
  if (app["commands"].empty()) return out + fish_positionals(app, start);
  for (const Json& command : app["commands"]) out += fish_command(app, command, start);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string shell = argc == 2 ? argv[1] : "";
  const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
  const Json app = cb::parse_json(input);
  if (shell == "bash") return std::cout << bash(with_inherited_options(app)), 0;
  if (shell == "zsh") return std::cout << zsh(with_inherited_options(app)), 0;
  if (shell == "fish") return std::cout << fish(app), 0;
  std::cerr << "usage: TOOL --spec | generate bash|zsh|fish\n";
  return 64;
}
