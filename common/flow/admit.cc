#include "flow/admit.h"

#include "flow/compare.h"
#include "flow/owe.h"
#include "model/agree.h"
#include "state/deps.h"
#include "state/outbox.h"
#include "state/sources.h"

namespace cb::flow {
namespace {

using model::Action;
using model::Cause;
using model::Meaning;
using model::State;
using state::TaskRow;

std::string name_cycle(std::span<const model::TaskName> cycle) {
  std::string text = "its dependencies form a cycle: ";
  for (size_t i = 0; i < cycle.size(); ++i) text += (i ? " -> " : "") + model::to_string(cycle[i]);
  return text;
}

TaskRow new_row(model::Task&& task, int64_t fingerprint, const model::Verdict& verdict) {
  TaskRow row;
  row.task = std::move(task);
  row.fingerprint = fingerprint;
  row.state = verdict.state;
  row.reason = verdict.reason;
  row.detail = verdict.detail;
  take_verdict(row, verdict);
  return row;
}

model::Verdict held(std::string_view reason, std::string detail) {
  model::Verdict verdict;
  verdict.reason = reason;
  verdict.detail = std::move(detail);
  return verdict;
}

model::Verdict judge(const Rules& rules, const model::Task& task, Action action,
                     const model::Circumstances& circumstances, Instant now) {
  return action == Action::hold_elsewhere
             ? held(model::reason::in_progress_elsewhere, "status " + task.status)
             : model::evaluate(task, rules.source, rules.handlers, circumstances, now);
}

Admitted refuse(std::string problem) {
  Admitted admitted;
  admitted.kind = Admitted::Kind::refused;
  admitted.problem = std::move(problem);
  return admitted;
}

Admitted ignore(db::Connection& db, const model::Task& task, Meaning meaning, Instant now) {
  const auto is_done = meaning == Meaning::succeeded;
  const auto seen = state::find_seen(db, task.name);
  if (!seen || seen->is_done != is_done) {
    state::remember(db, task.name, 0, {is_done, task.version}, now);
    state::propagate(db, task.name, is_done ? state::Done::yes : state::Done::no, now);
  }
  Admitted admitted;
  admitted.kind = Admitted::Kind::ignored;
  return admitted;
}

bool is_done_for_good(const Rules& rules, const model::Task& task,
                      const std::optional<state::Seen>& seen) {
  if (!seen || !seen->is_done) return false;
  // Without an upstream nobody can put it back; with one, an older version is a listing from before
  // it was done.
  return !rules.source.has_upstream ||
         model::compare_versions(task.version, seen->version) == std::partial_ordering::less;
}

Admitted admit_unknown(db::Connection& db, const Rules& rules, const Sighting& sighting,
                       Instant now) {
  auto task = sighting.task;
  const auto meaning = model::meaning_of(task.status, rules.source);
  const auto action = model::agree(model::Local::unseen, {.upstream = meaning});
  if (action == Action::ignore) return ignore(db, task, meaning, now);
  const auto seen = state::find_seen(db, task.name);
  if (is_done_for_good(rules, task, seen))
    return {.kind = Admitted::Kind::ignored, .before = {}, .row = {}, .problem = {}, .action = {}};

  const auto cycle = state::find_cycle(db, task.name, task.after);
  if (!cycle.empty() && sighting.on_cycle == OnCycle::refuse) return refuse(name_cycle(cycle));
  const auto fingerprint = model::fingerprint_of_content(task);
  if (!cycle.empty()) task.after.clear();
  const auto unmet = state::unmet_of(db, task.after);
  auto verdict =
      judge(rules, task, action, {.waits_for = unmet, .has_file = sighting.has_file}, now);
  if (!cycle.empty()) verdict = held(model::reason::dependency_cycle, name_cycle(cycle));
  Admitted admitted;
  admitted.kind = Admitted::Kind::changed;
  admitted.action = action;
  admitted.row = new_row(std::move(task), fingerprint, verdict);
  auto& row = admitted.row;
  row.unmet = static_cast<int>(unmet.size());
  state::insert_task(db, row, now);
  if (!row.task.after.empty()) state::set_dependencies(db, row.n, row.task.after);
  if (seen && seen->is_done) state::propagate(db, row.task.name, state::Done::no, now);
  if (!cycle.empty()) admitted.problem = name_cycle(cycle);
  return admitted;
}

bool is_stale(const TaskRow& row, const Sighting& sighting) {
  return sighting.listed_since < row.sent_seq ||
         model::compare_versions(sighting.task.version, row.sent_version) ==
             std::partial_ordering::less;
}

// Our own last word, seen again. A final one that an open task shows anew is a person's, unless
// ours is still on its way.
bool is_echo(db::Connection& db, const TaskRow& row, Meaning meaning, bool is_changed) {
  if (row.sent != meaning || row.state == State::running) return false;
  return meaning == Meaning::running || !model::is_open(row.state) || !is_changed ||
         state::owes_status(db, row.n);
}

// For a sighting whose status is no news.
Action action_for_content(const TaskRow& row) {
  if (!model::is_open(row.state) || row.reason == model::reason::in_progress_elsewhere)
    return Action::none;
  return Action::evaluate;
}

Action action_for(db::Connection& db, const Rules& rules, const TaskRow& row,
                  const Sighting& sighting) {
  if (!rules.source.has_upstream && !rules.source.statuses) return action_for_content(row);
  const auto meaning = model::meaning_of(sighting.task.status, rules.source);
  const auto is_changed = sighting.task.status != row.task.status;
  if (is_stale(row, sighting) || is_echo(db, row, meaning, is_changed))
    return action_for_content(row);
  if (model::is_open(row.state) && !is_changed) return action_for_content(row);
  if (!is_changed) {
    const auto comparison = compare(db, rules.source, row, false);
    return comparison.refusal.empty() ? comparison.action : Action::none;
  }
  return model::agree(model::local_of(row.state),
                      {.upstream = meaning,
                       .is_stale = false,
                       .is_newer = is_changed && !state::owes_status(db, row.n),
                       .we_said_running = row.sent == Meaning::running});
}

std::string_view withdrawal(Meaning meaning) {
  if (meaning == Meaning::succeeded) return model::reason::done_upstream;
  return meaning == Meaning::gone ? model::reason::gone_upstream : model::reason::closed_upstream;
}

void withdraw(db::Connection& db, TaskRow& row, Meaning meaning, const std::string& detail,
              Instant now) {
  row.not_before.reset();
  row.recheck.reset();
  state::change_state(db, row, {Cause::withdrawn, State::canceled, withdrawal(meaning), detail},
                      now);
  state::drop_owed(db, row.n, "withdrawn upstream", now);
}

void hold_elsewhere(db::Connection& db, TaskRow& row, const std::string& status, Instant now) {
  const auto is_said = row.reason == model::reason::in_progress_elsewhere;
  if (row.state == State::held && (is_said || model::is_sticky(row.reason))) return;
  row.not_before.reset();
  state::change_state(
      db, row,
      {Cause::evaluated, State::held, model::reason::in_progress_elsewhere, "status " + status},
      now);
}

void owe_final_again(db::Connection& db, const Rules& rules, TaskRow& row, Instant now) {
  if (!state::owes_status(db, row.n))
    owe_status(db, rules.source, row,
               row.state == State::succeeded ? Meaning::succeeded : Meaning::failed, "",
               Send::later, now);
}

void act(db::Connection& db, const Rules& rules, TaskRow& row, Action action, Instant now) {
  switch (action) {
    case Action::none:
    case Action::ignore:
    case Action::let_finish:
      return;
    case Action::evaluate:
      if (row.state == State::canceled) row.attempts = 0;  // a person put it back
      reevaluate(db, rules, row, Cause::evaluated, now);
      return;
    case Action::hold_elsewhere:
      return hold_elsewhere(db, row, row.task.status, now);
    case Action::cancel:
      return withdraw(db, row, model::meaning_of(row.task.status, rules.source),
                      "status " + row.task.status, now);
    case Action::owe_running:
      if (!state::owes_status(db, row.n))
        owe_status(db, rules.source, row, Meaning::running, row.run, Send::later, now);
      return;
    case Action::run_again:
      row.attempts = 0;
      reevaluate(db, rules, row, Cause::put_back, now);
      return;
    case Action::owe_final:
      return owe_final_again(db, rules, row, now);
  }
}

// Takes over what upstream says now. A stale listing knows no news about the status.
void update_known(db::Connection& db, TaskRow& row, const Sighting& sighting, int64_t fingerprint,
                  std::span<const model::TaskName> after) {
  const auto is_content_changed = fingerprint != row.fingerprint;
  const auto status = is_stale(row, sighting) ? row.task.status : sighting.task.status;
  row.task = sighting.task;
  row.task.status = status;
  row.task.after.clear();
  row.fingerprint = fingerprint;
  row.missed = 0;
  state::update_content(db, row);
  if (!is_content_changed) return;
  state::set_dependencies(db, row.n, after);
  row.unmet = static_cast<int>(state::unmet_of(db, after).size());
}

// Of a task that is listed as it was: what is not settled all the same.
void settle(db::Connection& db, const Rules& rules, const Sighting& sighting, Instant now,
            Admitted& admitted) {
  auto& row = admitted.row;
  const auto [action, refusal] = compare(db, rules.source, row, is_stale(row, sighting));
  admitted.action = action;
  admitted.problem = refusal;
  if (action == Action::none || !refusal.empty()) return;
  act(db, rules, row, action, now);
  state::update_notes(db, row);
  if (row.state != *admitted.before) admitted.kind = Admitted::Kind::changed;
}

Admitted admit_known(db::Connection& db, const Rules& rules, const Sighting& sighting, TaskRow row,
                     Instant now) {
  Admitted admitted;
  admitted.before = row.state;
  // The status is compared on its own: our own writes change it too.
  const auto fingerprint = model::fingerprint_of_content(sighting.task);
  if (fingerprint == row.fingerprint && sighting.task.status == row.task.status &&
      row.missed == 0) {
    admitted.row = std::move(row);
    if (sighting.look == Look::at_all) settle(db, rules, sighting, now, admitted);
    return admitted;
  }
  std::vector<model::TaskName> cycle;
  if (fingerprint != row.fingerprint)
    cycle = state::find_cycle(db, row.task.name, sighting.task.after);
  if (!cycle.empty() && sighting.on_cycle == OnCycle::refuse) return refuse(name_cycle(cycle));
  const auto action = action_for(db, rules, row, sighting);
  admitted.action = action;
  const auto reason = row.reason;
  if (!cycle.empty()) admitted.problem = name_cycle(cycle);
  update_known(db, row, sighting, fingerprint,
               cycle.empty() ? std::span<const model::TaskName>(sighting.task.after)
                             : std::span<const model::TaskName>());
  if (!cycle.empty() && model::is_open(row.state))
    change_to(db, row, held(model::reason::dependency_cycle, admitted.problem), Cause::evaluated,
              now);
  else
    act(db, rules, row, action, now);
  state::update_notes(db, row);
  if (row.state != *admitted.before || row.reason != reason)
    admitted.kind = Admitted::Kind::changed;
  admitted.row = std::move(row);
  return admitted;
}

}  // namespace

std::optional<TaskRow> judge_new(const Rules& rules, model::Task& task, Instant now) {
  const auto meaning = model::meaning_of(task.status, rules.source);
  const auto action = model::agree(model::Local::unseen, {.upstream = meaning});
  if (action == Action::ignore || !task.after.empty()) return std::nullopt;
  const auto verdict = judge(rules, task, action, {}, now);
  const auto fingerprint = model::fingerprint_of_content(task);
  return new_row(std::move(task), fingerprint, verdict);
}

Admitted admit(db::Connection& db, const Rules& rules, const Sighting& sighting, Instant now) {
  auto row = state::find_task(db, sighting.task.name);
  if (!row) return admit_unknown(db, rules, sighting, now);
  return admit_known(db, rules, sighting, std::move(*row), now);
}

bool note_missing(db::Connection& db, state::TaskRow& row, Instant now) {
  row.missed += 1;
  if (row.missed < 2) {
    state::update_notes(db, row);
    return false;
  }
  if (row.state == State::running) {
    state::update_notes(db, row);
    state::drop_owed(db, row.n, "gone upstream", now);
    return false;
  }
  withdraw(db, row, Meaning::gone, "not in two complete listings", now);
  return true;
}

}  // namespace cb::flow
