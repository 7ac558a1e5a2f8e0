#include "act.h"

#include "state/events.h"
#include "state/list.h"
#include "state/outbox.h"
#include "state/sources.h"

namespace cb::task {
namespace {

using model::Cause;
using model::State;
using state::TaskRow;
using Kind = Acted::Kind;

// Everything that an action on one task needs.
struct Call {
  db::Connection& db;
  const flow::Rules& rules;
  const Options& options;
  TaskRow& row;
  Instant now;
};

Acted refused(std::string why) { return {Kind::refused, std::move(why)}; }

std::string already(const TaskRow& row) {
  return "is already " + std::string(model::to_string(row.state));
}

// What is to happen when its run ends; the event says who wanted it.
Acted wish(const Call& call, const std::string& wanted, Cause cause, std::string line) {
  call.row.wish = wanted;
  state::update_notes(call.db, call.row);
  state::append_event(call.db, {.at = call.now,
                                .task = call.row.n,
                                .task_name = {},
                                .run = call.row.run,
                                .cause = cause,
                                .before = call.row.state,
                                .after = call.row.state,
                                .reason = call.row.reason,
                                .detail = call.options.reason});
  return {Kind::done, std::move(line)};
}

void end_waiting(TaskRow& row) {
  row.not_before.reset();
  row.recheck.reset();
}

Acted hold(const Call& call) {
  auto& row = call.row;
  if (model::is_final(row.state)) return refused(already(row));
  if (row.state == State::running) {
    if (row.wish == "cancel") return refused("is being canceled");
    return wish(call, "hold", Cause::held_by_user, "is running: held once its run ends");
  }
  if (row.reason == model::reason::held_by_user) return {Kind::done, already(row)};
  end_waiting(row);
  state::change_state(
      call.db, row,
      {Cause::held_by_user, State::held, model::reason::held_by_user, call.options.reason},
      call.now);
  return {};
}

Acted release_running(const Call& call) {
  if (call.row.wish != "hold")
    return refused(call.row.wish.empty() ? "is running, not held" : "is being canceled");
  return wish(call, "", Cause::released_by_user, "is running: no longer held once its run ends");
}

Acted release(const Call& call) {
  auto& row = call.row;
  if (row.state == State::running) return release_running(call);
  if (row.state != State::held)
    return refused("is not held but " + std::string(model::to_string(row.state)));
  if (row.reason == model::reason::dependency_cycle) return refused("is held: " + row.detail);
  if (model::is_sticky(row.reason)) {
    flow::reevaluate(call.db, call.rules, row, Cause::released_by_user, call.now,
                     call.options.reason);
    return {};
  }
  const auto reason = row.reason;
  flow::reevaluate(call.db, call.rules, row, Cause::evaluated, call.now, call.options.reason);
  return {Kind::done, "was not held by a person (" + reason + "): judged again"};
}

Acted cancel(const Call& call) {
  auto& row = call.row;
  if (row.state == State::succeeded) return refused(already(row));
  if (row.state == State::canceled) return {Kind::done, already(row)};
  if (row.state == State::running)
    return wish(call, "cancel", Cause::canceled_by_user, "is running: its command is being ended");
  end_waiting(row);
  state::change_state(call.db, row,
                      {Cause::canceled_by_user, State::canceled, model::reason::canceled_by_user,
                       call.options.reason},
                      call.now);
  return {};
}

bool has_fresh_start(const TaskRow& row) {
  return row.state == State::ready && !row.not_before && row.attempts == 0;
}

Acted retry(const Call& call) {
  auto& row = call.row;
  if (row.state == State::running) return refused("is running");
  if (row.state == State::blocked)
    return refused("waits for other tasks: " + state::shown_reason(call.db, row));
  if (row.reason == model::reason::dependency_cycle) return refused("is held: " + row.detail);
  if (has_fresh_start(row)) return {Kind::done, already(row)};
  row.attempts = 0;
  end_waiting(row);
  flow::reevaluate(call.db, call.rules, row, Cause::retried_by_user, call.now, call.options.reason);
  return {};
}

Acted forget(const Call& call) {
  if (call.row.state == State::running) return {Kind::busy, "is running; cancel it first"};
  size_t owed = 0;
  for (const auto& write : state::owed_by(call.db, call.row.n)) owed += write.state == "owed";
  state::forget_task(call.db, call.row, call.now);
  if (owed == 0) return {};
  return {Kind::done, std::to_string(owed) + (owed == 1 ? " write" : " writes") +
                          " owed to its tracker dropped"};
}

}  // namespace

Acted act(db::Connection& db, const flow::Rules& rules, const Options& options, TaskRow& row,
          Instant now) {
  const Call call{db, rules, options, row, now};
  switch (options.command) {
    case Command::hold:
      return hold(call);
    case Command::release:
      return release(call);
    case Command::cancel:
      return cancel(call);
    case Command::retry:
      return retry(call);
    case Command::forget:
      return forget(call);
    case Command::add:
      break;
  }
  return {};
}

}  // namespace cb::task
