#include "sources.h"

#include "base/error.h"
#include "flow/sources.h"

namespace cb::poll {
namespace {

[[noreturn]] void refuse_empty(const config::Config& config) {
  throw Error(Fault::configuration,
              config.path.empty()
                  ? "nothing to poll: there is no configuration; see cb-config(5), or use --input"
                  : "nothing to poll: no source with an upstream in " + config.path);
}

}  // namespace

std::vector<const config::Source*> chosen_sources(const Options& options,
                                                  const config::Config& config) {
  auto chosen = flow::upstream_sources(config, options.sources, "poll");
  if (chosen.empty()) refuse_empty(config);
  return chosen;
}

void check_sources(const Options& options, const config::Config& config) {
  if (!options.input) chosen_sources(options, config);
}

}  // namespace cb::poll
