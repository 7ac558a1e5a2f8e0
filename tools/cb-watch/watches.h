// Which watches a call is about.
#pragma once

#include <vector>

#include "config/config.h"
#include "folder.h"
#include "options.h"

namespace cb::watch {

// Those named, each once, else all. Throws Error: Fault::usage for a name that is not configured,
// Fault::configuration when there is none at all.
std::vector<const config::Watch*> chosen_watches(const Options& options,
                                                 const config::Config& config);

FolderSettings settings_of(const config::Watch& watch);
// Of --dir: the directory that it leads to, if it is there.
FolderSettings settings_of(const Options& options);

}  // namespace cb::watch
