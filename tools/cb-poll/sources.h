// Which sources to poll.
#pragma once

#include <vector>

#include "config/config.h"
#include "options.h"

namespace cb::poll {

// Those named, each once, else all with an upstream. Throws Error: Fault::usage for a name that
// cannot be polled, Fault::configuration when there is nothing to poll.
std::vector<const config::Source*> chosen_sources(const Options& options,
                                                  const config::Config& config);

// Throws as above, unless tasks are read from --input.
void check_sources(const Options& options, const config::Config& config);

}  // namespace cb::poll
