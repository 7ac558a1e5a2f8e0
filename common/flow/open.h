// Opening the store as the environment has it.
#pragma once

#include <string>

#include "state/store.h"

namespace cb::flow {

// state::open_store(), on a network file system only if $CB_ALLOW_NETWORK_FS is set.
state::Store open_store(const std::string& directory, db::Access access);

}  // namespace cb::flow
