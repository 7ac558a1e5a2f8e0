// Which of the configured sources a tool works on.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace cb::flow {

// Those of `names`, each once, else all that have an upstream; in a message `verb` says what the
// tool does with them ("poll"). Throws Error{Fault::usage} for a name that has no upstream. Empty
// when none is named and none is configured.
std::vector<const config::Source*> upstream_sources(const config::Config& config,
                                                    const std::vector<std::string>& names,
                                                    const std::string& verb);

}  // namespace cb::flow
