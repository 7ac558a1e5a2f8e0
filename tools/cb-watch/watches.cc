#include "watches.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "os/env.h"
#include "os/file.h"
#include "os/snapshot.h"

namespace cb::watch {
namespace {

const config::Watch* find_one(const config::Config& config, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& watch : config.watches) {
    if (watch.name == name) return &watch;
    known.push_back(watch.name);
  }
  throw Error(Fault::usage, "watch " + excerpt(name, 80) + ": there is no such watch; " +
                                (known.empty() ? "none is configured" : "known: " + join(known)));
}

[[noreturn]] void refuse_empty(const config::Config& config) {
  throw Error(Fault::configuration,
              config.path.empty()
                  ? "nothing to watch: there is no configuration; see cb-config(5), or use --dir"
                  : "nothing to watch: no watches in " + config.path);
}

// `path` as seen from the watched directory; "" when it is not below it.
std::string relative_to(const std::string& dir, const std::string& path) {
  const auto start = dir == "/" ? dir : dir + "/";
  return path.starts_with(start) ? path.substr(start.size()) : "";
}

}  // namespace

std::vector<const config::Watch*> chosen_watches(const Options& options,
                                                 const config::Config& config) {
  if (config.watches.empty() && options.names.empty()) refuse_empty(config);
  std::vector<const config::Watch*> chosen;
  for (const auto& watch : config.watches)
    if (options.names.empty()) chosen.push_back(&watch);
  for (const auto& name : options.names) {
    const auto* watch = find_one(config, name);
    if (std::find(chosen.begin(), chosen.end(), watch) == chosen.end()) chosen.push_back(watch);
  }
  return chosen;
}

FolderSettings settings_of(const config::Watch& watch) {
  NameRules names{.match = watch.match, .ignore = watch.ignore, .recursive = watch.recursive};
  for (const auto& target : {watch.on_success, watch.on_failure}) {
    auto below = relative_to(watch.dir, target);
    if (!below.empty()) names.excluded.push_back(std::move(below));
  }
  return {.label = watch.name, .dir = watch.dir, .names = std::move(names), .settle = watch.settle};
}

FolderSettings settings_of(const Options& options) {
  const auto given = os::resolve_path(options.dir, os::working_directory(), os::home_directory());
  const auto real = os::real_path(given);
  return {
      .label = options.dir,
      .dir = real.value_or(given),
      .names = {.match = options.match, .ignore = options.ignore, .recursive = options.recursive},
      .settle = options.settle,
      .again = options.again};
}

}  // namespace cb::watch
