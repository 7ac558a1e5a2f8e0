#include "state/tasks.h"

#include "state/counts.h"
#include "state/deps.h"
#include "state/events.h"
#include "state/keys.h"

namespace cb::state {
namespace {

constexpr const char* kTaskColumns =
    "n, source, id, title, kind, status, due, priority, fields, url, version, fingerprint, state, "
    "reason, detail, since, first_seen, handler, key, not_before, recheck, attempts, unmet, run, "
    "wish, missed, sent, sent_version, sent_seq";

std::string select(const std::string& rest) {
  return std::string("SELECT ") + kTaskColumns + " FROM tasks " + rest;
}

std::optional<model::Meaning> meaning(const std::string& text) {
  if (text == "running") return model::Meaning::running;
  if (text == "succeeded") return model::Meaning::succeeded;
  if (text == "failed") return model::Meaning::failed;
  return std::nullopt;
}

TaskRow read_task(const db::Rows& rows) {
  int c = 0;
  TaskRow row;
  row.n = rows.integer(c++);
  row.task.name.source = rows.text(c++);
  row.task.name.id = rows.text(c++);
  row.task.title = rows.text(c++);
  row.task.kind = rows.text(c++);
  row.task.status = rows.text(c++);
  row.task.due = rows.optional_instant(c++);
  row.task.priority = static_cast<int>(rows.integer(c++));
  row.task.fields = rows.text(c++);
  row.task.url = rows.text(c++);
  row.task.version = rows.text(c++);
  row.fingerprint = rows.integer(c++);
  row.state = model::parse_state(rows.view(c++)).value();
  row.reason = rows.text(c++);
  row.detail = rows.text(c++);
  row.since = from_millis(rows.integer(c++));
  row.first_seen = from_millis(rows.integer(c++));
  row.handler = rows.text(c++);
  row.key = rows.text(c++);
  row.not_before = rows.optional_instant(c++);
  row.recheck = rows.optional_instant(c++);
  row.attempts = static_cast<int>(rows.integer(c++));
  row.unmet = static_cast<int>(rows.integer(c++));
  row.run = rows.text(c++);
  row.wish = rows.text(c++);
  row.missed = static_cast<int>(rows.integer(c++));
  row.sent = meaning(rows.text(c++));
  row.sent_version = rows.text(c++);
  row.sent_seq = rows.integer(c++);
  return row;
}

std::optional<TaskRow> first(db::Rows rows) {
  if (!rows.next()) return std::nullopt;
  return read_task(rows);
}

db::Value null_if_empty(const std::string& text) {
  return text.empty() ? db::Value(nullptr) : db::Value(text);
}

db::Value sent_value(const TaskRow& row) {
  if (row.sent == model::Meaning::running) return "running";
  if (row.sent == model::Meaning::succeeded) return "succeeded";
  if (row.sent == model::Meaning::failed) return "failed";
  return nullptr;
}

void record(db::Connection& db, const TaskRow& row, std::optional<model::State> before,
            const Change& change, const std::string& run, Instant now) {
  append_event(
      db, {.at = now,
           .task = row.n,
           .task_name = {},
           .run = run,
           .cause = change.cause,
           .before = before,
           .after = change.to,
           .reason = std::string(change.reason),
           .detail = change.detail + (change.detail.empty() || change.note.empty() ? "" : "; ") +
                     change.note});
}

struct Before {
  model::State state;
  std::string reason, key, run;
};

Before read_before(db::Connection& db, int64_t n) {
  auto rows = db.query("SELECT state, reason, key, run FROM tasks WHERE n = $1", n);
  if (!rows.next())
    throw Error(Fault::permanent, "change task " + std::to_string(n) + ": there is no such row");
  return {model::parse_state(rows.view(0)).value(), rows.text(1), rows.text(2), rows.text(3)};
}

void write_decided(db::Connection& db, const TaskRow& row) {
  db.run(
      "UPDATE tasks SET state = $2, reason = $3, detail = $4, since = $5, handler = $6, key = $7, "
      "turn = $8, not_before = $9, recheck = $10, attempts = $11, unmet = $12, run = $13, "
      "wish = $14, missed = $15, sent = $16, sent_version = $17, sent_seq = $18 WHERE n = $1",
      row.n, model::to_string(row.state), row.reason, row.detail, row.since, row.handler,
      null_if_empty(row.key), row.key.empty() ? 1 : 0, row.not_before, row.recheck, row.attempts,
      row.unmet, null_if_empty(row.run), null_if_empty(row.wish), row.missed, sent_value(row),
      row.sent_version, row.sent_seq);
}

}  // namespace

std::optional<TaskRow> find_task(db::Connection& db, const model::TaskName& name) {
  static const auto sql = select("WHERE source = $1 AND id = $2");
  return first(db.query(sql.c_str(), name.source, name.id));
}

TaskRow get_task(db::Connection& db, int64_t n) {
  static const auto sql = select("WHERE n = $1");
  auto row = first(db.query(sql.c_str(), n));
  if (!row)
    throw Error(Fault::permanent, "read task " + std::to_string(n) + ": there is no such row");
  return *row;
}

std::vector<TaskRow> find_tasks_named(db::Connection& db, std::string_view text) {
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    auto row =
        find_task(db, {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))});
    if (row) return {*row};
  }
  static const auto sql =
      select("WHERE id = $1 AND source IN (SELECT DISTINCT source FROM counts) ORDER BY source");
  std::vector<TaskRow> found;
  for (auto rows = db.query(sql.c_str(), text); rows.next();) found.push_back(read_task(rows));
  return found;
}

model::Task full_task(db::Connection& db, const TaskRow& row) {
  auto task = row.task;
  task.after.clear();
  for (auto& dependency : dependencies_of(db, row.n))
    task.after.push_back(std::move(dependency.name));
  return task;
}

void require_legal(const TaskRow& row, std::optional<model::State> from, model::Cause cause,
                   model::State to) {
  if (model::is_legal(from, cause, to)) return;
  throw Error(Fault::permanent, "change task " + model::to_string(row.task.name) + ": " +
                                    std::string(from ? model::to_string(*from) : "unknown") +
                                    " may not become " + std::string(model::to_string(to)) +
                                    " by " + std::string(model::to_string(cause)));
}

void change_state(db::Connection& db, TaskRow& row, const Change& change, Instant now) {
  const auto before = read_before(db, row.n);
  require_legal(row, before.state, change.cause, change.to);
  row.state = change.to;
  row.reason = change.reason;
  row.detail = change.detail;
  row.since = now;
  write_decided(db, row);
  record(db, row, before.state, change, row.run.empty() ? before.run : row.run, now);
  count(db, row.task.name.source, before.state, before.reason, -1);
  count(db, row.task.name.source, row.state, row.reason, +1);
  if (!row.key.empty()) pass_turn(db, row.key);
  if (!before.key.empty() && before.key != row.key) pass_turn(db, before.key);
  const auto was_done = satisfies(before.state, before.reason);
  const auto is_done = satisfies(row.state, row.reason);
  if (was_done != is_done) propagate(db, row.task.name, is_done ? Done::yes : Done::no, now);
}

void update_content(db::Connection& db, const TaskRow& row) {
  const auto& task = row.task;
  db.run(
      "UPDATE tasks SET title = $2, kind = $3, status = $4, due = $5, priority = $6, fields = $7, "
      "url = $8, version = $9, fingerprint = $10, missed = $11 WHERE n = $1",
      row.n, task.title, task.kind, task.status, task.due, task.priority, task.fields, task.url,
      task.version, row.fingerprint, row.missed);
  // Priority and due date order the tasks of a key.
  if (!row.key.empty()) pass_turn(db, row.key);
}

void update_notes(db::Connection& db, const TaskRow& row) {
  db.run(
      "UPDATE tasks SET wish = $2, sent = $3, sent_version = $4, sent_seq = $5, missed = $6, "
      "recheck = $7, unmet = $8 WHERE n = $1",
      row.n, null_if_empty(row.wish), sent_value(row), row.sent_version, row.sent_seq, row.missed,
      row.recheck, row.unmet);
}

bool has_ready(db::Connection& db) {
  return db
      .query(
          "SELECT 1 FROM tasks WHERE state = 'ready' AND turn = 1 AND not_before IS NULL LIMIT 1")
      .next();
}

std::optional<TaskRow> next_ready(db::Connection& db, const std::string& handler,
                                  const Filter& filter) {
  static const auto sql = select(
      "WHERE handler = $1 AND state = 'ready' AND turn = 1 AND not_before IS NULL "
      "AND ($2 = '' OR source = $2) AND ($3 = '' OR kind = $3) "
      "AND ($4 = '' OR instr($4, '|' || source || '|') = 0) "
      "ORDER BY priority, coalesce(due, 253402300799999), n LIMIT 1");
  return first(db.query(sql.c_str(), handler, filter.source, filter.kind, filter.excluded_sources));
}

std::vector<TaskRow> ready_in_order(db::Connection& db, const Filter& filter, Instant now,
                                    int limit) {
  static const auto sql = select(
      "WHERE state = 'ready' AND state <> 'succeeded' AND turn = 1 "
      "AND (not_before IS NULL OR not_before <= $3) "
      "AND handler <> '' AND ($1 = '' OR source = $1) AND ($2 = '' OR kind = $2) "
      "ORDER BY priority, coalesce(due, 253402300799999), n LIMIT $4");
  std::vector<TaskRow> found;
  for (auto rows = db.query(sql.c_str(), filter.source, filter.kind, now, limit); rows.next();)
    found.push_back(read_task(rows));
  return found;
}

std::vector<int64_t> tasks_in(db::Connection& db, model::State state, const Filter& filter) {
  std::vector<int64_t> found;
  for (auto rows = db.query("SELECT n FROM tasks WHERE state = $1 AND state <> 'succeeded' "
                            "AND ($2 = '' OR source = $2) AND ($3 = '' OR kind = $3) ORDER BY n",
                            model::to_string(state), filter.source, filter.kind);
       rows.next();)
    found.push_back(rows.integer(0));
  return found;
}

// Asked before each claim, and an UPDATE that changes nothing costs as much as one that does: every
// index of the table is opened for it.
void wake_waiting(db::Connection& db, Instant now) {
  if (!db.query("SELECT 1 FROM tasks WHERE not_before IS NOT NULL LIMIT 1").next()) return;
  // A wait that seems to have begun in the future began before the clock was set back.
  db.run(
      "UPDATE tasks SET not_before = $1 + (not_before - since), since = $1 "
      "WHERE since > $1 AND not_before IS NOT NULL",
      now);
  db.run("UPDATE tasks SET not_before = NULL WHERE not_before IS NOT NULL AND not_before <= $1",
         now);
}

std::optional<Instant> next_wake(db::Connection& db) {
  auto rows = db.query("SELECT min(not_before) FROM tasks WHERE not_before IS NOT NULL");
  rows.next();
  return rows.optional_instant(0);
}

bool has_turn(db::Connection& db, int64_t n) {
  auto rows = db.query("SELECT turn FROM tasks WHERE n = $1 AND state = 'ready'", n);
  return rows.next() && rows.integer(0) != 0;
}

int count_running(db::Connection& db, const std::string& handler) {
  auto rows = db.query(
      "SELECT count(*) FROM tasks WHERE state = 'running' AND state <> 'succeeded' AND handler = "
      "$1",
      handler);
  rows.next();
  return static_cast<int>(rows.integer(0));
}

bool satisfies(model::State state, std::string_view reason) {
  return state == model::State::succeeded ||
         (state == model::State::canceled && reason == model::reason::done_upstream);
}

}  // namespace cb::state
