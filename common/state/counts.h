// How many tasks there are, kept beside them.
#pragma once

#include <string_view>

#include "db/connection.h"
#include "model/state.h"

namespace cb::state {

// So many more tasks of `source` are in `state` for `reason`, or fewer. Whoever changes tasks calls
// it in the same transaction.
void count(db::Connection& db, std::string_view source, model::State state, std::string_view reason,
           int64_t change);

}  // namespace cb::state
