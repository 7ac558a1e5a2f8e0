#include "add.h"

#include "state/outbox.h"

namespace cb::task {

state::ChangedTask add(db::Connection& db, const flow::Rules& rules, const model::Task& task,
                       Instant now) {
  const auto name = model::to_string(task.name);
  if (state::find_task(db, task.name))
    throw Error(Fault::answer, "add " + name + ": there is already a task of that name");
  auto admitted = flow::admit(
      db, rules,
      {.task = task, .listed_since = state::deliveries(db), .on_cycle = flow::OnCycle::refuse},
      now);
  using Kind = flow::Admitted::Kind;
  if (admitted.kind == Kind::refused)
    throw Error(Fault::data, "add " + name + ": " + admitted.problem);
  if (admitted.kind == Kind::ignored)
    throw Error(Fault::answer, "add " + name + ": a task of that name was done before");
  return state::changed(db, admitted.row, admitted.before);
}

}  // namespace cb::task
