#include "config/config.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "config/reader.h"
#include "config/sections.h"
#include "os/file.h"

namespace cb::config {
namespace {

template <typename Items, typename Name>
std::string did_you_mean(const std::string& wrong, const Items& items, Name name_of) {
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(name_of(item));
  const auto near = closest(wrong, names);
  return near ? "; did you mean \"" + *near + "\"?" : "";
}

// Whether the sections name each other rightly. `at` makes the value that a message is about.
void check_watches(const Config& config) {
  const Json none;
  for (const Watch& watch : config.watches) {
    const std::string path = pointer("/watches", watch.name);
    if (config.find_source(watch.name)) refuse({none, path}, "a source has this name already");
    if (watch.for_source && !config.find_source(*watch.for_source))
      refuse({none, path + "/for/source"},
             "there is no source \"" + excerpt(*watch.for_source, 80) + "\"" +
                 did_you_mean(*watch.for_source, config.sources,
                              [](const Source& source) { return source.rules.name; }));
  }
}

void check_handlers(const Config& config) {
  const Json none;
  for (const model::Handler& handler : config.handlers) {
    if (!handler.needs_file) continue;
    const std::string& name = *handler.needs_file;
    if (config.find_watch(name)) continue;
    refuse({none, pointer("/handlers", handler.name) + "/needs_file"},
           "there is no watch \"" + excerpt(name, 80) + "\"" +
               did_you_mean(name, config.watches, [](const Watch& watch) { return watch.name; }));
  }
}

int read_jobs(const Value& value) {
  const Members members(value, {"jobs"});
  int jobs = Config().jobs;
  members.read("jobs", jobs, [](const Value& v) { return read_integer(v, {1, 1000}); });
  return jobs;
}

void read_root(const Value& root, const Places& places, Config& config) {
  const Members members(root, {"sources", "handlers", "exec", "watches", "backup", "keep"});
  const auto in_places = [&places](auto read) {
    return [&places, read](const Value& value) { return read(value, places); };
  };
  members.read("sources", config.sources, in_places(read_sources));
  members.read("handlers", config.handlers, in_places(read_handlers));
  members.read("exec", config.jobs, read_jobs);
  members.read("watches", config.watches, in_places(read_watches));
  members.read("backup", config.backup, in_places(read_backup));
  members.read("keep", config.keep, read_keep);
  check_watches(config);
  check_handlers(config);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

template <typename Item, typename IsMeant>
const Item* find_if(const std::vector<Item>& items, IsMeant is_meant) {
  const auto found = std::find_if(items.begin(), items.end(), is_meant);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Source* Config::find_source(const std::string& name) const {
  return find_if(sources, [&](const Source& source) { return source.rules.name == name; });
}

model::SourceRules Config::rules_of(const std::string& name) const {
  if (const Source* source = find_source(name)) return source->rules;
  model::SourceRules rules;
  rules.name = name;
  return rules;
}

const Watch* Config::find_watch(const std::string& name) const {
  return find_if(watches, [&](const Watch& watch) { return watch.name == name; });
}

const model::Handler* Config::find_handler(const std::string& name) const {
  return find_if(handlers, [&](const model::Handler& handler) { return handler.name == name; });
}

Config parse(std::string_view text, const std::string& path, const std::string& directory,
             const std::string& home) {
  Config config;
  config.path = path;
  config.fingerprint = std::to_string(hash64(text));
  config.directory = directory;
  try {
    if (is_blank(text)) throw Error(Fault::data, "the file is empty; the least is {}");
    const Json root = parse_json(text, Comments::allowed);
    read_root({root, ""}, {directory, home}, config);
  } catch (const Error& error) {
    throw Error(Fault::configuration, path + ": " + error.what());
  }
  return config;
}

std::vector<std::string> environment_for_commands(const Config& config,
                                                  std::vector<std::string> environment) {
  std::vector<std::string> secrets = {"CB_CLICKUP_TOKEN="};
  for (const Source& source : config.sources) {
    const auto name = source.options.find("token_env");
    if (name != source.options.end() && name->is_string())
      secrets.push_back(name->get<std::string>() + "=");
  }
  std::erase_if(environment, [&](const std::string& variable) {
    return std::any_of(secrets.begin(), secrets.end(),
                       [&](const std::string& secret) { return variable.starts_with(secret); });
  });
  return environment;
}

}  // namespace cb::config
