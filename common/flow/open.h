// Opening the store as the environment has it.
#pragma once

#include <string>

#include "state/store.h"

namespace cb::flow {

// state::open_store(), on a network file system only if $CB_ALLOW_NETWORK_FS is set.
state::Store open_store(const std::string& directory, db::Access access);

// Opens it anew for writing: after a failed commit, and after a restore, its connection writes
// nothing more. What stands in the way for now leaves it as it is; anything else is thrown.
void reopen(state::Store& store);

}  // namespace cb::flow
