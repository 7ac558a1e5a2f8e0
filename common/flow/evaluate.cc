#include "flow/evaluate.h"

#include "state/deps.h"
#include "state/files.h"

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

// Only a task that a file could help is asked for one.
model::Verdict judge(db::Connection& db, const Rules& rules, const model::Task& task, int64_t n,
                     std::span<const model::TaskName> unmet, Instant now) {
  auto verdict = model::evaluate(task, rules.source, rules.handlers, {.waits_for = unmet}, now);
  const auto may_need_file = verdict.reason == model::reason::waiting_for_file ||
                             verdict.reason == model::reason::missing_field;
  if (!may_need_file || !state::file_of_task(db, n)) return verdict;
  return model::evaluate(task, rules.source, rules.handlers, {.waits_for = unmet, .has_file = true},
                         now);
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

bool is_judged_by_rules(const TaskRow& row) {
  return model::is_open(row.state) && row.reason != model::reason::in_progress_elsewhere &&
         row.reason != model::reason::dependency_cycle;
}

bool reevaluate(db::Connection& db, const Rules& rules, state::TaskRow& row, Cause cause,
                Instant now, const std::string& note) {
  const auto decided_by_person =
      cause == Cause::evaluated && row.state == State::held && model::is_sticky(row.reason);
  if (decided_by_person) return false;
  const auto task = state::full_task(db, row);
  const auto unmet = state::unmet_of(db, task.after);
  auto verdict = judge(db, rules, task, row.n, unmet, now);
  if (cause == Cause::evaluated) verdict = keep_wait(row, verdict);
  row.unmet = static_cast<int>(unmet.size());
  if (cause == Cause::evaluated && is_same(row, verdict)) return false;
  change_to(db, row, verdict, cause, now, note);
  return true;
}

}  // namespace cb::flow
