#include "flow/evaluate.h"

#include "state/deps.h"

namespace cb::flow {
namespace {

using model::Cause;
using model::State;
using state::TaskRow;

bool is_same(const TaskRow& row, const model::Verdict& verdict) {
  // A task that waits for its retry is as ready as one that never ran.
  const auto reason_fits = row.state == State::ready || row.reason == verdict.reason;
  return row.state == verdict.state && reason_fits && row.handler == verdict.handler &&
         row.key == verdict.key && row.recheck == verdict.recheck &&
         (row.state != State::held || row.detail == verdict.detail);
}

// What a ready task says of its wait must survive a new evaluation that finds it ready again.
model::Verdict keep_wait(const TaskRow& row, model::Verdict verdict) {
  if (row.state == State::ready && verdict.state == State::ready) {
    verdict.reason = row.reason;
    verdict.detail = row.detail;
  }
  return verdict;
}

}  // namespace

void take_verdict(TaskRow& row, const model::Verdict& verdict) {
  row.handler = verdict.handler;
  row.key = verdict.key;
  row.recheck = verdict.recheck;
}

void change_to(db::Connection& db, TaskRow& row, const model::Verdict& verdict, Cause cause,
               Instant now, const std::string& note) {
  take_verdict(row, verdict);
  if (verdict.state != State::ready) row.not_before.reset();
  state::change_state(db, row, {cause, verdict.state, verdict.reason, verdict.detail, note}, now);
}

bool reevaluate(db::Connection& db, const Rules& rules, state::TaskRow& row, Cause cause,
                Instant now, const std::string& note) {
  const auto decided_by_person =
      cause == Cause::evaluated && row.state == State::held && model::is_sticky(row.reason);
  if (decided_by_person) return false;
  const auto task = state::full_task(db, row);
  const auto unmet = state::unmet_of(db, task.after);
  auto verdict = model::evaluate(task, rules.source, rules.handlers, unmet, now);
  if (cause == Cause::evaluated) verdict = keep_wait(row, verdict);
  row.unmet = static_cast<int>(unmet.size());
  if (cause == Cause::evaluated && is_same(row, verdict)) return false;
  change_to(db, row, verdict, cause, now, note);
  return true;
}

}  // namespace cb::flow
