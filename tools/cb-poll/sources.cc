#include "sources.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace cb::poll {
namespace {

std::vector<const config::Source*> pollable(const config::Config& config) {
  std::vector<const config::Source*> sources;
  for (const auto& source : config.sources)
    if (source.rules.has_upstream) sources.push_back(&source);
  return sources;
}

const config::Source* find_pollable(const config::Config& config, const std::string& name) {
  if (const auto* source = config.find_source(name)) {
    if (source->rules.has_upstream) return source;
    throw Error(Fault::usage, "poll " + name + ": this source has no upstream");
  }
  std::vector<std::string> known;
  for (const auto* source : pollable(config)) known.push_back(source->rules.name);
  throw Error(Fault::usage, "poll " + excerpt(name, 80) + ": there is no such source; " +
                                (known.empty() ? "none is configured" : "known: " + join(known)));
}

[[noreturn]] void refuse_empty(const config::Config& config) {
  throw Error(Fault::configuration,
              config.path.empty()
                  ? "nothing to poll: there is no configuration; see cb-config(5), or use --input"
                  : "nothing to poll: no source with an upstream in " + config.path);
}

}  // namespace

std::vector<const config::Source*> chosen_sources(const Options& options,
                                                  const config::Config& config) {
  std::vector<const config::Source*> chosen;
  for (const auto& name : options.sources) {
    const auto* source = find_pollable(config, name);
    if (std::find(chosen.begin(), chosen.end(), source) == chosen.end()) chosen.push_back(source);
  }
  if (options.sources.empty()) chosen = pollable(config);
  if (chosen.empty()) refuse_empty(config);
  return chosen;
}

void check_sources(const Options& options, const config::Config& config) {
  if (!options.input) chosen_sources(options, config);
}

}  // namespace cb::poll
