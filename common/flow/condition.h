// Whether the store is whole, and what mends it if not.
#pragma once

#include <string>
#include <vector>

#include "db/connection.h"
#include "state/layout.h"

namespace cb::flow {

struct Condition {
  // "sound"; "index": only indexes are wrong; "damaged"; "behind": the journal knows newer events
  std::string state = "sound";
  std::vector<std::string> problems = {};

  bool is_sound() const { return state == "sound"; }
  // The command of cb-backup that mends it.
  std::string remedy() const { return state == "index" ? "repair" : "restore"; }
};

// Reads the whole file: 6 s for a gigabyte. A file that cannot be read throws
// Error{Fault::permanent}.
Condition examine(db::Connection& db, const state::Layout& layout);

// The same from outside, without a connection: also of one that is lost, or that cannot be opened.
// What is no damage (a newer schema, another program's file, a directory that nobody may read) is
// thrown as it is.
Condition examine(const std::string& directory);

}  // namespace cb::flow
