// The last time that the database file was rebuilt or mended, for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "db/connection.h"

namespace cb::state {

struct Mending {
  Instant at;
  std::string how;        // "restore", "repair"
  std::string backup;     // of a restore: the id of the one it was rebuilt from
  int64_t held = 0;       // tasks that a person must look at
  int64_t missing = 0;    // events that are lost
  std::string told = {};  // of a repair: what was wrong
};

// nullopt when there was none, as far as this store knows.
std::optional<Mending> last_mending(db::Connection& db);
void note_mending(db::Connection& db, const Mending& mending);  // inside a db::Transaction

}  // namespace cb::state
