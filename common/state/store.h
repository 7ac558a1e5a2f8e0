// The state directory and its database, opened and checked.
#pragma once

#include <memory>
#include <string>

#include "db/connection.h"
#include "state/layout.h"

namespace cb::state {

inline constexpr int kApplicationId = 0x63622d31;  // "cb-1"

// The newest schema this program knows, also what it writes.
int schema_version();

// An open store. `db` belongs to this process and thread and must not cross a fork.
struct Store {
  Layout layout;
  std::unique_ptr<db::Connection> db;
};

// Opens the store in `directory`. Access::create makes the directory (0700) and an empty store when
// there is none, and migrates an older schema, after a copy into backups/. Throws Error:
//   Fault::answer     Access::read, and there is no store
//   Fault::permanent  a newer schema, another program's database, a damaged file, a store that was
//                     lost (runs but no state.db), or a network file system that was not allowed
enum class NetworkFs { refused, allowed };
Store open_store(const std::string& directory, db::Access access,
                 NetworkFs network = NetworkFs::refused);

}  // namespace cb::state
