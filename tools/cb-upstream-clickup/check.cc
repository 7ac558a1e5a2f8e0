#include "check.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "cli/output.h"
#include "config/config.h"
#include "inspect.h"
#include "os/clock.h"
#include "os/env.h"

namespace cb::upstream_clickup {
namespace {

constexpr const char* kName = "cb-upstream-clickup";

std::string word_for(Verdict verdict) {
  switch (verdict) {
    case Verdict::fine:
      return "ok";
    case Verdict::look:
      return "look";
    case Verdict::unreachable:
      return "unreachable";
  }
  return "";
}

cli::Style style_of(std::string_view word) {
  return word == "ok" ? cli::Style::good : cli::Style::bad;
}

bool is_ours(const config::Source& source) {
  if (source.kind == "clickup") return true;
  if (source.helper.empty()) return false;
  const std::string& program = source.helper.front();
  return program.substr(program.rfind('/') + 1) == kName;
}

[[noreturn]] void refuse(const config::Config& config, const std::string& cause) {
  throw Error(Fault::configuration,
              (config.path.empty() ? "configuration" : config.path) + ": " + cause);
}

std::vector<const config::Source*> chosen(const config::Config& config,
                                          const std::vector<std::string>& names) {
  std::vector<const config::Source*> sources;
  for (const std::string& name : names) {
    const auto* source = config.find_source(name);
    if (!source) refuse(config, "no source \"" + excerpt(name, 60) + "\"");
    if (!is_ours(*source)) refuse(config, "the source \"" + name + "\" is not one of ClickUp");
    sources.push_back(source);
  }
  if (!names.empty()) return sources;
  for (const auto& source : config.sources) {
    if (is_ours(source)) sources.push_back(&source);
  }
  if (sources.empty()) refuse(config, "no source has \"upstream\": \"clickup\"");
  return sources;
}

// Nobody ends a check that waits for the next minute, and nobody should fail it for that.
Options options_of(const config::Config& config, const config::Source& source) {
  try {
    Options options = read_options(source.options);
    options.max_wait = std::chrono::minutes(5);
    return options;
  } catch (const Error& error) {
    refuse(config, pointer("/sources", source.rules.name) + error.what());
  }
}

Json to_json(const std::string& source, const Finding& finding) {
  Json json = {{"source", source}, {"result", word_for(finding.verdict)}, {"about", finding.about}};
  if (!finding.id.empty()) json["id"] = finding.id;
  if (!finding.name.empty()) json["name"] = finding.name;
  json["message"] = finding.text;
  return json;
}

int exit_code_of(Verdict worst) {
  switch (worst) {
    case Verdict::fine:
      return 0;
    case Verdict::look:
      return exit_code(Fault::answer);
    case Verdict::unreachable:
      return exit_code(Fault::unavailable);
  }
  return 0;
}

}  // namespace

int check(const Command& command) {
  const auto config = config::load(command.common.config);
  const Places places{.directory = config.directory, .home = os::home_directory()};
  const cli::Messages messages(kName, command.common);
  cli::Records records(
      {{.title = "SOURCE"}, {.title = "RESULT", .style = style_of}, {.title = "FINDING"}},
      command.common);
  Verdict worst = Verdict::fine;
  for (const auto* source : chosen(config, command.sources)) {
    const std::string& name = source->rules.name;
    Connection connection(options_of(config, *source), places, real_timer(), os::system_now,
                          [&](std::string_view line) { messages.problem(line); });
    inspect(connection, words_in(source->statuses), origin_of_token(connection.options, places),
            [&](const Finding& finding) {
              worst = std::max(worst, finding.verdict);
              records.stream({name, word_for(finding.verdict), finding.text},
                             [&] { return to_json(name, finding); });
            });
  }
  records.finish();
  return exit_code_of(worst);
}

}  // namespace cb::upstream_clickup
