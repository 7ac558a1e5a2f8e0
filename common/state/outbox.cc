#include "state/outbox.h"

#include "base/text.h"
#include "state/sources.h"
#include "state/tasks.h"

namespace cb::state {
namespace {

constexpr const char* kDeliveries = "deliveries";  // in meta

const char* to_string(Owed::Kind kind) {
  switch (kind) {
    case Owed::Kind::set_status:
      return "set_status";
    case Owed::Kind::comment:
      return "comment";
    case Owed::Kind::attach:
      return "attach";
  }
  return "";
}

std::optional<model::Meaning> read_meaning(const db::Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  const auto word = rows.view(column);
  if (word == "running") return model::Meaning::running;
  return word == "succeeded" ? model::Meaning::succeeded : model::Meaning::failed;
}

constexpr const char* kSelectOwed =
    "SELECT o.n, o.op, o.task, t.source, t.id, o.run, o.kind, o.meaning, o.text, o.path, "
    "o.maybe_sent, o.tries, o.next_try, o.error FROM outbox o JOIN tasks t ON t.n = o.task ";

Owed read_owed(const db::Rows& rows) {
  Owed owed;
  owed.n = rows.integer(0);
  owed.op = rows.text(1);
  owed.task = rows.integer(2);
  owed.name = {rows.text(3), rows.text(4)};
  owed.run = rows.text(5);
  const auto kind = rows.view(6);
  owed.kind = kind == "set_status" ? Owed::Kind::set_status
              : kind == "comment"  ? Owed::Kind::comment
                                   : Owed::Kind::attach;
  owed.meaning = read_meaning(rows, 7);
  owed.text = rows.text(8);
  owed.path = rows.text(9);
  owed.maybe_sent = rows.integer(10) != 0;
  owed.tries = static_cast<int>(rows.integer(11));
  owed.next_try = from_millis(rows.integer(12));
  owed.error = rows.text(13);
  return owed;
}

}  // namespace

void owe(db::Connection& db, const Owed& owed, Instant now) {
  if (owed.kind == Owed::Kind::set_status)
    db.run(
        "UPDATE outbox SET state = 'dropped', done_at = $2, error = 'replaced by a newer status' "
        "WHERE task = $1 AND state = 'owed' AND kind = 'set_status'",
        owed.task, now);
  db.run(
      "INSERT INTO outbox (op, task, run, kind, meaning, text, path, created_at, maybe_sent, "
      "tries, "
      "next_try, state, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, 'owed', '')",
      owed.op, owed.task, owed.run.empty() ? db::Value(nullptr) : db::Value(owed.run),
      to_string(owed.kind),
      owed.meaning ? db::Value(model::to_string(*owed.meaning)) : db::Value(nullptr), owed.text,
      owed.path, now, owed.maybe_sent ? 1 : 0, owed.next_try);
}

std::vector<Owed> next_owed(db::Connection& db, const std::string& source, Instant now, int limit) {
  static const auto sql =
      std::string(kSelectOwed) +
      "WHERE o.n IN (SELECT min(n) FROM outbox WHERE state = 'owed' GROUP BY task) "
      "AND t.source = $1 AND o.next_try <= $2 ORDER BY o.n LIMIT $3";
  std::vector<Owed> found;
  for (auto rows = db.query(sql.c_str(), source, now, limit); rows.next();)
    found.push_back(read_owed(rows));
  return found;
}

std::optional<Owed> next_owed_of(db::Connection& db, int64_t task) {
  static const auto sql =
      std::string(kSelectOwed) + "WHERE o.task = $1 AND o.state = 'owed' ORDER BY o.n LIMIT 1";
  auto rows = db.query(sql.c_str(), task);
  if (!rows.next()) return std::nullopt;
  return read_owed(rows);
}

std::vector<std::string> sources_owed(db::Connection& db, Instant now) {
  std::vector<std::string> sources;
  for (auto rows = db.query("SELECT DISTINCT t.source FROM outbox o JOIN tasks t ON t.n = o.task "
                            "WHERE o.state = 'owed' AND o.next_try <= $1",
                            now);
       rows.next();)
    sources.push_back(rows.text(0));
  return sources;
}

std::optional<Instant> next_delivery(db::Connection& db) {
  auto rows = db.query("SELECT min(next_try) FROM outbox WHERE state = 'owed'");
  rows.next();
  if (rows.is_null(0)) return std::nullopt;
  return from_millis(rows.integer(0));
}

bool owes_status(db::Connection& db, int64_t task) {
  return db
      .query(
          "SELECT 1 FROM outbox WHERE task = $1 AND state = 'owed' AND kind = 'set_status' LIMIT 1",
          task)
      .next();
}

std::optional<LastStatus> last_status(db::Connection& db, int64_t task) {
  auto rows = db.query(
      "SELECT state, meaning, text, error FROM outbox WHERE task = $1 AND kind = 'set_status' "
      "AND state <> 'dropped' ORDER BY n DESC LIMIT 1",
      task);
  if (!rows.next()) return std::nullopt;
  using State = LastStatus::State;
  const auto word = rows.view(0);
  const auto state = word == "owed"        ? State::owed
                     : word == "delivered" ? State::delivered
                                           : State::parked;
  return LastStatus{state, read_meaning(rows, 1), rows.text(2), rows.text(3)};
}

void mark_sent(db::Connection& db, const Owed& owed) {
  db.run("UPDATE outbox SET maybe_sent = 1 WHERE n = $1 AND state = 'owed'", owed.n);
  if (!owed.meaning) return;
  auto row = get_task(db, owed.task);
  row.sent = owed.meaning;
  update_notes(db, row);
}

int64_t deliveries(db::Connection& db) {
  return parse_integer(get_meta(db, kDeliveries)).value_or(0);
}

void mark_delivered(db::Connection& db, const Owed& owed, const std::string& version, Instant now) {
  if (db.run("UPDATE outbox SET state = 'delivered', done_at = $2, error = '' "
             "WHERE n = $1 AND state = 'owed'",
             owed.n, now) == 0)
    return;
  auto row = get_task(db, owed.task);
  if (!version.empty()) row.sent_version = version;
  row.sent_seq = deliveries(db) + 1;
  set_meta(db, kDeliveries, std::to_string(row.sent_seq));
  if (owed.meaning) row.sent = owed.meaning;
  update_notes(db, row);
  if (!owed.meaning) return;
  row.task.status = owed.text;
  update_content(db, row);
}

void mark_failed(db::Connection& db, const Owed& owed, const std::string& error, Instant next_try,
                 Arrived arrived) {
  const auto maybe_sent = owed.maybe_sent || arrived == Arrived::perhaps;
  db.run(
      "UPDATE outbox SET tries = tries + 1, error = $2, next_try = $3, maybe_sent = $4 "
      "WHERE n = $1 AND state = 'owed'",
      owed.n, error, next_try, maybe_sent ? 1 : 0);
}

void give_up(db::Connection& db, const Owed& owed, GivenUp how, const std::string& error,
             Instant now) {
  db.run("UPDATE outbox SET state = $2, done_at = $3, error = $4 WHERE n = $1 AND state = 'owed'",
         owed.n, how == GivenUp::parked ? "parked" : "dropped", now, error);
}

void drop_owed(db::Connection& db, int64_t task, const std::string& why, Instant now) {
  db.run(
      "UPDATE outbox SET state = 'dropped', done_at = $2, error = $3 WHERE task = $1 AND state = "
      "'owed'",
      task, now, why);
}

void drop_owed_of_run(db::Connection& db, int64_t task, const std::string& run,
                      const std::string& why, Instant now) {
  db.run(
      "UPDATE outbox SET state = 'dropped', done_at = $3, error = $4 "
      "WHERE task = $1 AND run = $2 AND state = 'owed'",
      task, run, now, why);
}

}  // namespace cb::state
