// Tasks as the store knows them, and the only way their state changes.
// Functions that write must be called inside a db::Transaction.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/connection.h"
#include "model/agree.h"
#include "model/state.h"
#include "model/task.h"

namespace cb::state {

// One row of `tasks`: what upstream says (task, without `after`) and what cb decided and did.
struct TaskRow {
  int64_t n = 0;  // never reused; 0: not stored
  model::Task task;
  int64_t fingerprint = 0;
  model::State state = model::State::held;
  std::string reason, detail;
  Instant since, first_seen;
  std::string handler;                // "" = none
  std::string key;                    // "" = none
  std::optional<Instant> not_before;  // ready, but not earlier
  std::optional<Instant> recheck;     // evaluate again then
  int attempts = 0;                   // begun and counted, since it last started anew
  int unmet = 0;                      // tasks it still waits for
  std::string run;                    // the live run's id; "" unless running
  std::string wish;  // what a person wants once its run ends: "hold", "cancel" or ""
  int missed = 0;    // complete listings in a row without it
  // Our own last write upstream, sent or perhaps sent.
  std::optional<model::Meaning> sent;
  std::string sent_version;  // as confirmed; "" = not confirmed
  int64_t sent_seq = 0;      // the number of its confirmation, see deliveries()
};

std::optional<TaskRow> find_task(db::Connection& db, const model::TaskName& name);
TaskRow get_task(db::Connection& db, int64_t n);  // must exist

// Throws when a task may not go from one state to the other by `cause`; `from` absent: it is new.
void require_legal(const TaskRow& row, std::optional<model::State> from, model::Cause cause,
                   model::State to);

// What a person's TASK names: "source:id", or an id that only one source has. Several when the id
// is in more than one source.
std::vector<TaskRow> find_tasks_named(db::Connection& db, std::string_view text);

// A task with its `after`.
model::Task full_task(db::Connection& db, const TaskRow& row);

// Stores a task not known before with the state, reason, detail, handler, key, recheck and unmet of
// `row` (event: discovered) and sets row.n. Its dependencies are stored beforehand by the caller's
// next step: see deps.h.
void insert_task(db::Connection& db, TaskRow& row, Instant now);
// The same for many, each of another name, numbered in their order: several to a statement, which
// takes half the time.
void insert_tasks(db::Connection& db, std::span<TaskRow> rows, Instant now);
// Which of `names` the store knows nothing of: neither a row nor what is remembered of one.
std::vector<bool> are_unknown(db::Connection& db, std::span<const model::TaskName* const> names);

// Changes the state of a stored task: checks the transition, writes every decided member of `row`
// (all but the task itself), the event, the counters, whose turn it is among its key, and what
// waits for it. `row` must be as it was read but for the members that the caller changed. Throws
// Error{Fault::permanent} for a transition that model::is_legal refuses.
struct Change {
  model::Cause cause;
  model::State to;
  std::string_view reason;  // a word of model::reason
  std::string detail;
  std::string note = {};  // a person's words: kept with the event alone, after the detail
};
void change_state(db::Connection& db, TaskRow& row, const Change& change, Instant now);

// Writes what upstream says (row.task, fingerprint, missed) without a change of state.
void update_content(db::Connection& db, const TaskRow& row);
// Writes wish, sent, sent_version, sent_seq, missed, recheck and unmet without a change of state.
void update_notes(db::Connection& db, const TaskRow& row);

// The next task to run: the most urgent (priority, then due, then age) that is ready, whose time
// has come and whose key is free, among those of `handler`. One indexed statement, whatever the
// number of tasks.
struct Filter {
  std::string source, kind;      // "" = any
  std::string excluded_sources;  // "|board|other|"; "" = none
};
std::optional<TaskRow> next_ready(db::Connection& db, const std::string& handler,
                                  const Filter& filter);
// Whether next_ready() may find anything for any handler; cheaper by far.
bool has_ready(db::Connection& db);

// All that could be claimed at `now`, in the order of claiming; for looking only.
std::vector<TaskRow> ready_in_order(db::Connection& db, const Filter& filter, Instant now,
                                    int limit);

// Numbers of all tasks in `state`, any but succeeded, oldest first.
std::vector<int64_t> tasks_in(db::Connection& db, model::State state, const Filter& filter);

// Makes waiting tasks claimable whose time has come. A clock that was set back never makes a task
// wait longer than it was told: the rest of its wait is counted from `now`. Returns when the next
// one is due; nullopt when none waits.
void wake_waiting(db::Connection& db, Instant now);
std::optional<Instant> next_wake(db::Connection& db);

// Whether its key, if it has one, lets this ready task run now.
bool has_turn(db::Connection& db, int64_t n);
int count_running(db::Connection& db, const std::string& handler);

// "succeeded", or done by a person upstream: those that wait for it may go on.
bool satisfies(model::State state, std::string_view reason);

}  // namespace cb::state
