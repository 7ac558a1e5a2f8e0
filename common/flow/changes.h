// What a transaction changed, told to people and programs.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "db/connection.h"
#include "flow/recover.h"
#include "state/list.h"

namespace cb::flow {

// The record of a change: task, verdict, previous, reason, title and, of a held task, detail.
Json to_json(const state::ChangedTask& task);
// The same for a table: task, verdict, reason, title.
std::vector<std::string> cells_of(const state::ChangedTask& task);

// One line for each run that was recorded or has to be waited for.
std::vector<std::string> describe(db::Connection& db, const Recovery& recovery);

}  // namespace cb::flow
