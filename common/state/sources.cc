#include "state/sources.h"

#include "state/files.h"
#include "state/keys.h"

namespace cb::state {
namespace {

SourceRow read_source(const db::Rows& rows) {
  return {.source = rows.text(0),
          .cursor = rows.optional_text(1),
          .listed_at = rows.optional_instant(2),
          .full_at = rows.optional_instant(3),
          .error = rows.text(4),
          .error_at = rows.optional_instant(5),
          .failures = static_cast<int>(rows.integer(6)),
          .breaker = model::parse_breaker(rows.view(7))};
}

constexpr const char* kSelectSource =
    "SELECT source, cursor, listed_at, full_at, error, error_at, failures, breaker FROM sources ";

std::vector<int64_t> numbers(db::Rows rows) {
  std::vector<int64_t> found;
  while (rows.next()) found.push_back(rows.integer(0));
  return found;
}

}  // namespace

SourceRow load_source(db::Connection& db, const std::string& source) {
  static const auto sql = std::string(kSelectSource) + "WHERE source = $1";
  auto rows = db.query(sql.c_str(), source);
  if (rows.next()) return read_source(rows);
  SourceRow row;
  row.source = source;
  return row;
}

void save_source(db::Connection& db, const SourceRow& row) {
  db.run(
      "INSERT INTO sources (source, cursor, listed_at, full_at, error, error_at, failures, "
      "breaker) VALUES ($1, $2, $3, $4, $5, $6, $7, '') ON CONFLICT (source) DO UPDATE SET "
      "cursor = excluded.cursor, listed_at = excluded.listed_at, full_at = excluded.full_at, "
      "error = excluded.error, error_at = excluded.error_at, failures = excluded.failures",
      row.source, row.cursor, row.listed_at, row.full_at, row.error, row.error_at, row.failures);
}

model::Breaker load_breaker(db::Connection& db, const std::string& source) {
  auto rows = db.query("SELECT breaker FROM sources WHERE source = $1", source);
  return rows.next() ? model::parse_breaker(rows.view(0)) : model::Breaker{};
}

void save_breaker(db::Connection& db, const std::string& source, const model::Breaker& breaker) {
  db.run(
      "INSERT INTO sources (source, error, failures, breaker) VALUES ($1, '', 0, $2) "
      "ON CONFLICT (source) DO UPDATE SET breaker = excluded.breaker",
      source, model::to_text(breaker));
}

std::vector<SourceRow> all_sources(db::Connection& db) {
  static const auto sql = std::string(kSelectSource) + "ORDER BY source";
  std::vector<SourceRow> found;
  for (auto rows = db.query(sql.c_str()); rows.next();) found.push_back(read_source(rows));
  return found;
}

std::vector<Present> present_tasks(db::Connection& db, const std::string& source) {
  std::vector<Present> found;
  for (auto rows =
           db.query("SELECT n, id, missed FROM tasks WHERE source = $1 "
                    "AND state IN ('held', 'blocked', 'ready', 'running') AND state <> 'succeeded'",
                    source);
       rows.next();)
    found.push_back({rows.integer(0), rows.text(1), static_cast<int>(rows.integer(2))});
  return found;
}

bool has_missed(db::Connection& db, const std::string& source) {
  return db
      .query(
          "SELECT 1 FROM tasks WHERE missed > 0 AND source = $1 "
          "AND state IN ('held', 'blocked', 'ready', 'running') LIMIT 1",
          source)
      .next();
}

std::vector<int64_t> open_tasks(db::Connection& db, int64_t after, int limit) {
  return numbers(
      db.query("SELECT n FROM tasks WHERE state IN ('held', 'blocked', 'ready') AND state <> "
               "'succeeded' AND n > $1 "
               "ORDER BY n LIMIT $2",
               after, limit));
}

std::vector<int64_t> due_rechecks(db::Connection& db, Instant now, int limit) {
  return numbers(
      db.query("SELECT n FROM tasks WHERE recheck IS NOT NULL AND recheck <= $1 "
               "ORDER BY recheck LIMIT $2",
               now, limit));
}

std::optional<Seen> find_seen(db::Connection& db, const model::TaskName& name) {
  auto rows = db.query("SELECT done, version FROM seen WHERE source = $1 AND id = $2", name.source,
                       name.id);
  if (!rows.next()) return std::nullopt;
  return Seen{rows.integer(0) != 0, rows.text(1)};
}

void remember(db::Connection& db, const model::TaskName& name, int64_t n, const Seen& seen,
              Instant now) {
  db.run(
      "INSERT INTO seen (source, id, n, done, version, at) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (source, id) DO UPDATE SET n = excluded.n, done = excluded.done, "
      "version = excluded.version, at = excluded.at",
      name.source, name.id, n == 0 ? db::Value(nullptr) : db::Value(n), seen.is_done ? 1 : 0,
      seen.version, now);
}

void forget_task(db::Connection& db, const TaskRow& row, Instant now) {
  const auto is_ours_newer =
      model::compare_versions(row.task.version, row.sent_version) == std::partial_ordering::less;
  const auto& version = is_ours_newer ? row.sent_version : row.task.version;
  remember(db, row.task.name, row.n, {satisfies(row.state, row.reason), version}, now);
  leave_files(db, row, now);
  db.run("DELETE FROM tasks WHERE n = $1", row.n);
  db.run("UPDATE counts SET tasks = tasks - 1 WHERE source = $1 AND state = $2 AND reason = $3",
         row.task.name.source, model::to_string(row.state), row.reason);
  if (!row.key.empty()) pass_turn(db, row.key);
}

std::string get_meta(db::Connection& db, const std::string& key) {
  auto rows = db.query("SELECT value FROM meta WHERE key = $1", key);
  return rows.next() ? rows.text(0) : "";
}

void set_meta(db::Connection& db, const std::string& key, const std::string& value) {
  db.run(
      "INSERT INTO meta (key, value) VALUES ($1, $2) "
      "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      key, value);
}

}  // namespace cb::state
