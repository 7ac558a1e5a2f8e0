// The configuration file: taken as a whole, or refused in one line that says where.
#include "config/config.h"

#include "base/error.h"
#include "fuzz.h"
#include "model/agree.h"

namespace cb::fuzz {
namespace {

void require_valid(const model::Handler& handler) {
  require(!handler.run.empty(), "a handler has a program", handler.name);
  for (const std::string& argument : handler.run) {
    require(!model::check_template(argument), "an argument is a template", argument);
    require(argument.find('\0') == std::string::npos, "no NUL cuts an argument", argument);
  }
  require(!handler.key || !model::check_template(*handler.key), "a key is a template");
  require(!handler.cwd || handler.cwd->starts_with('/'), "a directory is absolute");
  require(handler.policy.attempts >= 1, "it is tried at least once", handler.name);
  require(handler.policy.backoff.first <= handler.policy.backoff.max, "waits are bounded");
  require(model::policy_from_json(parse_json(to_line(model::to_json(handler.policy)))) ==
              handler.policy,
          "a policy survives being written", to_line(model::to_json(handler.policy)));
}

void require_valid(const config::Source& source) {
  require(model::is_source_name(source.rules.name), "a source has a name", source.rules.name);
  require(source.options.is_object(), "options are an object");
  require(source.deadline > Duration(0), "a request has a deadline", source.rules.name);
  if (!source.rules.statuses) return;
  const auto meaning = [&](const std::string& word) {
    return model::meaning_of(word, source.rules);
  };
  for (const std::string& word : source.rules.statuses->ready) {
    require(meaning(word) == model::Meaning::ready, "a status has one meaning", word);
  }
  for (const auto each :
       {model::Meaning::running, model::Meaning::succeeded, model::Meaning::failed}) {
    const std::string word = model::status_for(each, source.rules);
    require(!word.empty() && meaning(word) == each, "a status has one meaning", word);
  }
}

void require_valid(const config::Watch& watch) {
  require(watch.dir.starts_with('/'), "a watched directory is absolute", watch.dir);
  for (const std::string& path : {watch.on_success, watch.on_failure}) {
    require(path.empty() || path.starts_with('/'), "a target is absolute", path);
  }
}

void require_valid(const config::Config& config) {
  require(config.jobs >= 1, "something can run");
  for (const auto& handler : config.handlers) require_valid(handler);
  for (const auto& source : config.sources) require_valid(source);
  for (const auto& watch : config.watches) require_valid(watch);
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  Input input(data, size);
  try {
    require_valid(cb::config::parse(input.take_rest(), "config.json", "/etc/cb", "/home/ann"));
  } catch (const cb::Error& error) {
    require(error.fault() == cb::Fault::configuration, "it is the configuration's fault");
    require_printable(error.what());
    require(std::string_view(error.what()).starts_with("config.json: "), "it names the file",
            error.what());
  }
  return 0;
}
