// A store whose tasks come from a board with statuses of its own.
#pragma once

#include <string>
#include <vector>

#include "flow/admit.h"
#include "state/events.h"
#include "state/list.h"
#include "state/outbox.h"
#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::flow {

class FlowTest : public cb::testing::StoreTest {
 protected:
  static model::Task upstream(const std::string& id, const std::string& status,
                              const std::string& version = "") {
    return {.name = {"board", id}, .title = "T", .status = status, .version = version};
  }

  Admitted see(const model::Task& given, std::optional<int64_t> listed_since = {},
               OnCycle on_cycle = OnCycle::hold) {
    Admitted admitted;
    write([&] {
      const auto since = listed_since.value_or(state::deliveries(db()));
      admitted = admit(db(), {rules, handlers},
                       {.task = given, .listed_since = since, .on_cycle = on_cycle}, now);
    });
    return admitted;
  }

  // Our own write reached upstream and was confirmed.
  void deliver(const std::string& id, model::Meaning meaning, const std::string& version = "") {
    state::Owed owed;
    owed.op = "op-" + std::to_string(++operations);
    owed.task = task(id).n;
    owed.meaning = meaning;
    owed.text = model::status_for(meaning, rules);
    write([&] {
      state::owe(db(), owed, now);
      const auto stored = state::next_owed_of(db(), owed.task).value();
      state::mark_sent(db(), stored);
      state::mark_delivered(db(), stored, version, now);
    });
  }

  // "set_status done", "comment hello": what is owed for a task, in order.
  std::vector<std::string> owed(const std::string& id) {
    std::vector<std::string> texts;
    for (const auto& each : state::owed_by(db(), task(id).n))
      if (each.state == "owed") texts.push_back(each.kind + " " + each.text);
    return texts;
  }

  // Brings a task that upstream called "to do" into a state, as cb itself would.
  void bring(const std::string& id, model::State state) {
    using model::State;
    if (state == State::blocked) {
      auto waits = upstream(id, "to do");
      waits.after = {{"board", "never"}};
      see(waits);
      return;
    }
    see(upstream(id, "to do", "1"));
    if (state == State::held)
      change(id, model::Cause::evaluated, State::held, model::reason::no_due_date);
    if (state == State::canceled)
      change(id, model::Cause::withdrawn, State::canceled, model::reason::closed_upstream);
    if (state == State::held || state == State::ready || state == State::canceled) return;
    start(id, "run-" + id);
    deliver(id, model::Meaning::running, "2");
    if (state == State::running) return;
    const auto succeeded = state == State::succeeded;
    finish("run-" + id, succeeded ? cb::testing::success() : cb::testing::failure());
    deliver(id, succeeded ? model::Meaning::succeeded : model::Meaning::failed, "3");
  }

  Instant now = cb::testing::kNow;
  int operations = 0;
  model::SourceRules rules = {
      .name = "board",
      .statuses =
          model::Statuses{
              .ready = {"to do"}, .running = "doing", .succeeded = "done", .failed = "broken"},
      .has_upstream = true};
  std::vector<model::Handler> handlers = {{.name = "work", .run = {"true"}}};
};

}  // namespace cb::flow
