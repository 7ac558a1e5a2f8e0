#include "state/list.h"

#include <algorithm>
#include <set>

#include "state/deps.h"

namespace cb::state {
namespace {

const char* order_by(Order order) {
  switch (order) {
    case Order::age:
      return "n";
    case Order::newest:
      return "n DESC";
    case Order::since:
      return "since DESC, n DESC";
    case Order::due:
      return "due IS NULL, due, n";
    case Order::priority:
      return "priority, due IS NULL, due, n";
    case Order::name:
      return "source, id";
  }
  return "n";
}

// A connection knows compiled statements by their address, so a text that was used stays.
const char* keep(std::string sql) {
  static std::set<std::string> kept;
  return kept.insert(std::move(sql)).first->c_str();
}

std::string words(std::span<const model::State> states) {
  std::string text;
  for (const auto state : states) {
    if (!text.empty()) text += ',';
    text += model::to_string(state);
  }
  return text;
}

// Only the terms that are asked for: those alone are compiled.
struct ListQuery {
  std::string sql = "SELECT n FROM tasks";
  std::vector<db::Value> values;

  // `after` closes what `before` opens.
  void where(const char* before, const std::string& value, const char* after = "") {
    if (value.empty()) return;
    sql += values.empty() ? " WHERE " : " AND ";
    sql += before + take(value) + after;
  }
  std::string take(db::Value value) {
    values.push_back(value);
    return "$" + std::to_string(values.size());
  }
};

std::string after_text(std::span<const model::TaskName> unmet) {
  constexpr size_t kNamed = 3;
  std::string text = "after ";
  for (size_t i = 0; i < std::min(unmet.size(), kNamed); ++i)
    text += (i == 0 ? "" : ", ") + model::to_string(unmet[i]);
  if (unmet.size() > kNamed) text += " and " + std::to_string(unmet.size() - kNamed) + " more";
  return text;
}

std::optional<TaskRow> task_of(db::Connection& db, db::Rows rows) {
  if (!rows.next()) return std::nullopt;
  return get_task(db, rows.integer(0));
}

std::string shown_reason(db::Connection& db, int64_t n, model::State state,
                         const std::string& reason, const std::string& detail) {
  using model::State;
  if (state == State::blocked)
    if (const auto unmet = waits_for(db, n); !unmet.empty()) return after_text(unmet);
  const bool tells_more = state == State::running || state == State::failed;
  return tells_more && !detail.empty() ? detail : reason;
}

int64_t number(db::Rows rows) { return rows.next() ? rows.integer(0) : 0; }

}  // namespace

std::vector<Count> read_counts(db::Connection& db) {
  std::vector<Count> counts;
  auto rows = db.query(
      "SELECT source, state, reason, tasks FROM counts WHERE tasks > 0 ORDER BY source, state, "
      "reason");
  while (rows.next()) counts.push_back({rows.text(0), rows.text(1), rows.text(2), rows.integer(3)});
  return counts;
}

// A single state has an index in order of age, but the one that most tasks end in; more states than
// one are told apart row by row.
void list_tasks(db::Connection& db, const ListFilter& filter,
                const std::function<void(const TaskRow&)>& each) {
  const auto states = words(filter.states);
  ListQuery query;
  if (filter.states.size() != 1)
    query.where("instr(", states, ", state) > 0");
  else if (filter.states.front() == model::State::succeeded)
    query.where("state = ", states);
  else
    query.where("state = ", states, " AND state <> 'succeeded'");
  query.where("source = ", filter.source);
  query.where("kind = ", filter.kind);
  query.where("reason = ", filter.reason);
  query.where("handler = ", filter.handler);
  query.where("key = ", filter.key);
  query.where("instr(lower(title), lower(", filter.match, ")) > 0");
  query.sql += std::string(" ORDER BY ") + order_by(filter.order);
  if (filter.limit > 0) query.sql += " LIMIT " + query.take(filter.limit);

  auto rows = db.query_with(keep(query.sql), query.values);
  while (rows.next()) each(get_task(db, rows.integer(0)));
}

std::vector<TaskRow> last_failed(db::Connection& db, int limit) {
  std::vector<TaskRow> failed;
  auto rows = db.query(
      "SELECT n FROM tasks WHERE state = 'failed' ORDER BY since DESC, n DESC LIMIT $1", limit);
  while (rows.next()) failed.push_back(get_task(db, rows.integer(0)));
  return failed;
}

std::vector<model::TaskName> waits_for(db::Connection& db, int64_t n) {
  std::vector<model::TaskName> unmet;
  for (auto& dependency : dependencies_of(db, n))
    if (!dependency.is_met) unmet.push_back(std::move(dependency.name));
  return unmet;
}

std::string shown_reason(db::Connection& db, const TaskRow& row) {
  return shown_reason(db, row.n, row.state, row.reason, row.detail);
}

ChangedTask changed(db::Connection& db, const TaskRow& row, std::optional<model::State> before) {
  return {.name = row.task.name,
          .title = row.task.title,
          .state = row.state,
          .before = before,
          .reason = shown_reason(db, row),
          .detail = row.detail};
}

std::vector<ChangedTask> changed_since(db::Connection& db, int64_t seq) {
  std::vector<ChangedTask> tasks;
  std::set<int64_t> met;
  auto rows = db.query(
      "SELECT t.n, t.source, t.id, t.title, t.state, t.reason, t.detail, e.old "
      "FROM events e JOIN tasks t ON t.n = e.task WHERE e.seq > $1 ORDER BY e.seq",
      seq);
  while (rows.next()) {
    const auto n = rows.integer(0);
    if (!met.insert(n).second) continue;
    const auto state = model::parse_state(rows.view(4)).value();
    const auto before = rows.optional_text(7);
    tasks.push_back({.name = {rows.text(1), rows.text(2)},
                     .title = rows.text(3),
                     .state = state,
                     .before = before ? model::parse_state(*before) : std::nullopt,
                     .reason = shown_reason(db, n, state, rows.text(5), rows.text(6)),
                     .detail = rows.text(6)});
  }
  return tasks;
}

std::optional<TaskRow> key_holder(db::Connection& db, const TaskRow& row) {
  if (row.key.empty()) return std::nullopt;
  auto holder = task_of(db, db.query("SELECT n FROM tasks WHERE key = $1 AND key IS NOT NULL "
                                     "AND state = 'running' LIMIT 1",
                                     row.key));
  if (!holder)
    holder = task_of(db, db.query("SELECT n FROM tasks WHERE key = $1 AND key IS NOT NULL "
                                  "AND state = 'ready' AND turn = 1 LIMIT 1",
                                  row.key));
  if (holder && holder->n == row.n) return std::nullopt;
  return holder;
}

int64_t count_ahead(db::Connection& db, const TaskRow& row) {
  return number(
      db.query("SELECT count(*) FROM tasks WHERE handler = $1 AND state = 'ready' AND turn = 1 "
               "AND not_before IS NULL AND (priority, coalesce(due, 253402300799999), n) < "
               "($2, coalesce($3, 253402300799999), $4)",
               row.handler, row.task.priority, row.task.due, row.n));
}

std::optional<Instant> next_recheck(db::Connection& db) {
  auto rows = db.query("SELECT min(recheck) FROM tasks WHERE recheck IS NOT NULL");
  rows.next();
  const auto millis = rows.optional_integer(0);
  return millis ? std::optional(from_millis(*millis)) : std::nullopt;
}

OwedCounts count_owed(db::Connection& db) {
  return {.owed = number(db.query("SELECT count(*) FROM outbox WHERE state = 'owed'")),
          .parked = number(db.query("SELECT count(*) FROM outbox WHERE state = 'parked'"))};
}

std::vector<OwedView> owed_by(db::Connection& db, int64_t task) {
  constexpr const char* kOwed =
      "SELECT n, op, kind, text, state, tries, created_at, next_try, error FROM outbox "
      "WHERE task = $1 AND state = 'owed' UNION ALL "
      "SELECT n, op, kind, text, state, tries, created_at, next_try, error FROM outbox "
      "WHERE task = $1 AND state = 'parked' ORDER BY n";
  std::vector<OwedView> owed;
  for (auto rows = db.query(kOwed, task); rows.next();)
    owed.push_back({.op = rows.text(1),
                    .kind = rows.text(2),
                    .text = rows.text(3),
                    .state = rows.text(4),
                    .tries = static_cast<int>(rows.integer(5)),
                    .created_at = from_millis(rows.integer(6)),
                    .next_try = from_millis(rows.integer(7)),
                    .error = rows.text(8)});
  return owed;
}

int64_t seq_of_newest(db::Connection& db, int64_t task, int64_t limit) {
  if (task == 0)
    return number(db.query("SELECT seq FROM events ORDER BY seq DESC LIMIT 1 OFFSET $1", limit));
  return number(db.query(
      "SELECT seq FROM events WHERE task = $1 ORDER BY seq DESC LIMIT 1 OFFSET $2", task, limit));
}

int64_t seq_since(db::Connection& db, int64_t task, Instant since) {
  constexpr const char* kOfOne =
      "SELECT seq - 1 FROM events WHERE task = $1 AND at >= $2 ORDER BY seq LIMIT 1";
  constexpr const char* kOfAll =
      "SELECT seq - 1 FROM events WHERE $1 = 0 AND at >= $2 ORDER BY seq LIMIT 1";
  auto rows = db.query(task == 0 ? kOfAll : kOfOne, task, since);
  if (rows.next()) return rows.integer(0);
  return number(db.query("SELECT max(seq) FROM events"));
}

}  // namespace cb::state
