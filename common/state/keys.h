// Tasks of one key run one at a time, in order.
#pragma once

#include <string>

#include "db/connection.h"

namespace cb::state {

// Gives the turn to the first ready task of `key`, or to none while one of it runs. To be called,
// inside the transaction, after any task of the key became or ceased to be ready or running.
// Constant number of indexed statements.
void pass_turn(db::Connection& db, const std::string& key);

}  // namespace cb::state
