// The end of a run, recorded together with what upstream is to be told about it.
#pragma once

#include "base/time.h"
#include "db/connection.h"
#include "flow/judge.h"
#include "model/evaluate.h"
#include "state/runs.h"

namespace cb::flow {

// Inside a db::Transaction. What a person decided upstream meanwhile is not overwritten; of a run
// that no longer owns its task nothing is owed.
state::Finished finish(db::Connection& db, const model::SourceRules& rules,
                       const Judgement& judgement, Instant now);

}  // namespace cb::flow
