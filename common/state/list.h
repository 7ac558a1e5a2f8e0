// The store for eyes: questions of people and dashboards. Nothing here writes.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/connection.h"
#include "model/state.h"
#include "model/task.h"
#include "state/tasks.h"

namespace cb::state {

// How many tasks of a source are in a state for a reason (a word of model::reason).
struct Count {
  std::string source, state, reason;
  int64_t tasks = 0;
};
// Without zeros, ordered by source, state and reason. Its cost does not grow with the number of
// tasks.
std::vector<Count> read_counts(db::Connection& db);

enum class Order {
  age,     // as they were learned of
  newest,  // the reverse
  since,   // those that changed last come first
  due,     // those without a due date come last
  priority,
  name,
};
struct ListFilter {
  std::vector<model::State> states = {};  // empty: any
  // "": any. `reason` is a word of model::reason; `match` a part of the title, case of ASCII
  // letters ignored.
  std::string source = {}, kind = {}, reason = {}, handler = {}, key = {}, match = {};
  Order order = Order::age;
  int64_t limit = 0;  // 0: none
};
// Calls `each` for every task that fits. Memory does not grow with their number (but for sorting,
// where the order is not one of age: a few words for each).
void list_tasks(db::Connection& db, const ListFilter& filter,
                const std::function<void(const TaskRow&)>& each);

// The tasks that failed last, the newest first.
std::vector<TaskRow> last_failed(db::Connection& db, int limit);

// The tasks that `n` waits for and that are not done.
std::vector<model::TaskName> waits_for(db::Connection& db, int64_t n);

// What is shown as the reason of a task, never empty: "after board:86a0, board:86a1" of a blocked
// one, the detail of a running or failed one, else the reason's word.
std::string shown_reason(db::Connection& db, const TaskRow& row);

// What a line about a changed task tells.
struct ChangedTask {
  model::TaskName name;
  std::string title;
  model::State state = model::State::held;  // now
  std::optional<model::State> before;       // absent: it was not known
  std::string reason;                       // as shown_reason() says it
  std::string detail;
};
ChangedTask changed(db::Connection& db, const TaskRow& row, std::optional<model::State> before);
// Every task with an event after `seq`, in the order of its first; the tasks that were released by
// others are among them. To be asked inside the transaction, so that nobody else's changes are.
std::vector<ChangedTask> changed_since(db::Connection& db, int64_t seq);

// The task of the same key that stands in the way of `row`: the one that runs, else the one whose
// turn it is. nullopt when there is none, or it is `row` itself.
std::optional<TaskRow> key_holder(db::Connection& db, const TaskRow& row);
// How many tasks of the same handler are taken before the ready task `row`.
int64_t count_ahead(db::Connection& db, const TaskRow& row);
// When time alone may next change a verdict; nullopt when no task waits for that.
std::optional<Instant> next_recheck(db::Connection& db);

// Writes owed to upstream: not yet delivered, or refused for good.
struct OwedCounts {
  int64_t owed = 0, parked = 0;
};
OwedCounts count_owed(db::Connection& db);

struct OwedView {
  std::string op, kind, text;  // kind: set_status, comment or attach
  std::string state;           // owed or parked
  int tries = 0;
  Instant created_at, next_try;
  std::string error;  // of the last try; "" = none
};
std::vector<OwedView> owed_by(db::Connection& db, int64_t task);  // in order of delivery

// Where to begin read_events() so that it gives the `limit` newest events, or those at or after
// `since`; of one task when `task` is not 0.
int64_t seq_of_newest(db::Connection& db, int64_t task, int64_t limit);
int64_t seq_since(db::Connection& db, int64_t task, Instant since);

}  // namespace cb::state
