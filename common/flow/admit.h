// A task comes in (from a listing, an input line, a person): what becomes of it.
// Everything here is to be called inside a db::Transaction.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "db/connection.h"
#include "flow/evaluate.h"
#include "model/agree.h"
#include "model/task.h"
#include "state/tasks.h"

namespace cb::flow {

struct Admitted {
  enum class Kind {
    unchanged,  // as it was
    changed,    // another state or reason, or new
    ignored,    // not for us: finished upstream before we ever saw it
    refused,    // its dependencies lead back to itself: see problem
  } kind = Kind::unchanged;
  std::optional<model::State> before;  // absent: it was not known
  state::TaskRow row;                  // as stored now; not stored when ignored or refused
  std::string problem;
  // What the rules of store and upstream made of it; none when the two agreed.
  model::Action action = model::Action::none;
};

// Whether a task that closes a cycle is stored (held, so that it stays visible) or refused.
enum class OnCycle { hold, refuse };
// Whether a task that is listed as it was is left alone or compared all the same.
enum class Look { at_news, at_all };

struct Sighting {
  const model::Task& task;
  int64_t listed_since = 0;  // state::deliveries() when the listing was asked for
  OnCycle on_cycle = OnCycle::hold;
  Look look = Look::at_news;
  bool has_file = false;  // of a new task: its file is tied to it in the same transaction
};

// Applies one sighting: stores or updates the task and changes its state as store and upstream owe
// each other.
Admitted admit(db::Connection& db, const Rules& rules, const Sighting& sighting, Instant now);

// The row of a task that the store knows nothing of, to be stored as it is; it takes `task` over.
// nullopt, and nothing is taken, when there is more to it: admit() it.
std::optional<state::TaskRow> judge_new(const Rules& rules, model::Task& task, Instant now);

// The task was not in a complete listing; the second time in a row it counts as gone. Returns
// whether its state changed.
bool note_missing(db::Connection& db, state::TaskRow& row, Instant now);

}  // namespace cb::flow
