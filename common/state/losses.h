// What a store has lost, as far as its journal knows better.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/connection.h"
#include "state/layout.h"

namespace cb::state {

// One line for each event of the journal that the store has not, or has otherwise, and for each row
// that the last line of a task has and the store has not; at most `limit`. What changes without an
// event, and tasks that were forgotten, are not asked for. Reads the whole journal, and needs sound
// indexes: for a store whose indexes alone seemed to be wrong, since rows may be gone that only
// they still knew.
std::vector<std::string> find_losses(db::Connection& db, const Layout& layout, int64_t limit = 20);

}  // namespace cb::state
