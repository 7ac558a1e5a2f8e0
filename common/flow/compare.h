// Whether store and upstream agree about a known task of which a listing brings no news.
#pragma once

#include <string>

#include "db/connection.h"
#include "model/agree.h"
#include "model/evaluate.h"
#include "state/tasks.h"

namespace cb::flow {

struct Comparison {
  model::Action action = model::Action::none;  // what has to be done so that they agree
  std::string refusal;  // upstream refused that very write for good: it is not sent again
};

// `is_stale`: the listing is older than our own last write. Reads a few rows where they seem to
// disagree, nothing otherwise.
Comparison compare(db::Connection& db, const model::SourceRules& rules, const state::TaskRow& row,
                   bool is_stale);

}  // namespace cb::flow
