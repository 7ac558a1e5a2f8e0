// Whether a stored task may run, and its row brought up to that.
// Everything here is to be called inside a db::Transaction.
#pragma once

#include <span>
#include <string>

#include "base/time.h"
#include "db/connection.h"
#include "model/evaluate.h"
#include "state/tasks.h"

namespace cb::flow {

// By what a task is judged.
struct Rules {
  const model::SourceRules& source;
  std::span<const model::Handler> handlers;
};

// What a verdict says beside the state.
void take_verdict(state::TaskRow& row, const model::Verdict& verdict);

// Whether rules, time and files alone may open or hold it: what it is held for because upstream
// says so, only news from there changes.
bool is_judged_by_rules(const state::TaskRow& row);

// Stores the verdict and its state, by `cause`. `note`: a person's words, for the event.
void change_to(db::Connection& db, state::TaskRow& row, const model::Verdict& verdict,
               model::Cause cause, Instant now, const std::string& note = {});

// Decides again whether a stored task may run, and changes its state by `cause` if the answer is
// another (or if the cause itself takes it out of a final or held state). `note`: a person's words,
// for the event. Returns whether anything changed.
bool reevaluate(db::Connection& db, const Rules& rules, state::TaskRow& row, model::Cause cause,
                Instant now, const std::string& note = {});

}  // namespace cb::flow
