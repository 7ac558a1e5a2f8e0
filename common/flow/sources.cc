#include "flow/sources.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace cb::flow {
namespace {

std::vector<const config::Source*> all_of(const config::Config& config) {
  std::vector<const config::Source*> sources;
  for (const auto& source : config.sources)
    if (source.rules.has_upstream) sources.push_back(&source);
  return sources;
}

const config::Source* find_one(const config::Config& config, const std::string& name,
                               const std::string& verb) {
  if (const auto* source = config.find_source(name)) {
    if (source->rules.has_upstream) return source;
    throw Error(Fault::usage, verb + " " + name + ": this source has no upstream");
  }
  std::vector<std::string> known;
  for (const auto* source : all_of(config)) known.push_back(source->rules.name);
  throw Error(Fault::usage, verb + " " + excerpt(name, 80) + ": there is no such source; " +
                                (known.empty() ? "none is configured" : "known: " + join(known)));
}

}  // namespace

std::vector<const config::Source*> upstream_sources(const config::Config& config,
                                                    const std::vector<std::string>& names,
                                                    const std::string& verb) {
  if (names.empty()) return all_of(config);
  std::vector<const config::Source*> chosen;
  for (const auto& name : names) {
    const auto* source = find_one(config, name, verb);
    if (std::find(chosen.begin(), chosen.end(), source) == chosen.end()) chosen.push_back(source);
  }
  return chosen;
}

}  // namespace cb::flow
