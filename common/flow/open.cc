#include "flow/open.h"

#include "os/env.h"

namespace cb::flow {

state::Store open_store(const std::string& directory, db::Access access) {
  const auto network = os::environment("CB_ALLOW_NETWORK_FS") ? state::NetworkFs::allowed
                                                              : state::NetworkFs::refused;
  return state::open_store(directory, access, network);
}

void reopen(state::Store& store) {
  try {
    store.db = std::move(open_store(store.layout.root, db::Access::write).db);
  } catch (const Error& error) {
    if (error.fault() != Fault::temporary) throw;
  }
}

}  // namespace cb::flow
