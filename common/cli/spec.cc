#include "cli/spec.h"

#include <algorithm>
#include <sstream>
#include <string>

#include "cli/help.h"

namespace cb::cli {
namespace {

// The values of a type name such as "auto|always|never"; none of "FILE|-", which names what is
// meant.
Json choices(const std::string& name) {
  Json words = Json::array();
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (name.find('|') == std::string::npos || std::any_of(name.begin(), name.end(), is_upper))
    return words;
  std::istringstream list(name);
  for (std::string word; std::getline(list, word, '|');) words.push_back(word);
  return words;
}

Json describe_option(const CLI::Option& option) {
  Json spec = Json::object();
  if (!option.get_lnames().empty()) spec["long"] = "--" + option.get_lnames().front();
  if (!option.get_snames().empty()) spec["short"] = "-" + option.get_snames().front();
  const std::string value = value_name(option);
  if (!value.empty()) spec["takes"] = value;
  if (Json words = choices(value); !words.empty()) spec["choices"] = words;
  spec["help"] = option.get_description();
  spec["many"] = takes_many(option);
  return spec;
}

Json describe_positional(const CLI::Option& option) {
  return {{"name", option.get_name(true)},
          {"help", option.get_description()},
          {"required", option.get_required()},
          {"many", takes_many(option)}};
}

}  // namespace

Json describe(const CLI::App& app) {
  Json spec = {{"name", app.get_name()},
               {"synopsis", app.get_description()},
               {"options", Json::array()},
               {"positionals", Json::array()},
               {"commands", Json::array()}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    if (option->get_positional())
      spec["positionals"].push_back(describe_positional(*option));
    else
      spec["options"].push_back(describe_option(*option));
  }
  for (const CLI::App* command : visible_commands(app))
    spec["commands"].push_back(describe(*command));
  return spec;
}

}  // namespace cb::cli
