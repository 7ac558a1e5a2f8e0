#include "state/files.h"

#include <algorithm>
#include <array>

#include "state/tasks.h"

namespace cb::state {
namespace {

constexpr std::array<std::string_view, 7> kStageWords = {"listed",  "unmatched", "given", "leaving",
                                                         "settled", "replaced",  "gone"};

constexpr const char* kFileColumns =
    "f.n, f.watch, f.name, f.content, f.size, f.stamp, f.path, f.old_path, f.stage, f.task, "
    "f.match, f.missed, f.since";

std::string select_files(const std::string& rest) {
  return std::string("SELECT ") + kFileColumns + " FROM files f " + rest;
}

FileRow read_file_row(const db::Rows& rows) {
  return {.n = rows.integer(0),
          .watch = rows.text(1),
          .name = rows.text(2),
          .content = rows.text(3),
          .size = rows.integer(4),
          .stamp = rows.integer(5),
          .path = rows.text(6),
          .old_path = rows.text(7),
          .stage = parse_file_stage(rows.view(8)).value(),
          .task = rows.integer(9),
          .match = rows.text(10),
          .missed = static_cast<int>(rows.integer(11)),
          .since = from_millis(rows.integer(12))};
}

std::optional<FileRow> first_file(db::Rows rows) {
  if (!rows.next()) return std::nullopt;
  return read_file_row(rows);
}

std::vector<FileRow> read_file_rows(db::Rows rows) {
  std::vector<FileRow> found;
  while (rows.next()) found.push_back(read_file_row(rows));
  return found;
}

db::Value null_if_none(int64_t task) { return task == 0 ? db::Value(nullptr) : db::Value(task); }

// Those that the partial index holds; the others are never looked for in a loop.
bool is_to_be_seen_to(FileStage stage) {
  return stage == FileStage::unmatched || stage == FileStage::given || stage == FileStage::leaving;
}

}  // namespace

std::string_view to_string(FileStage stage) { return kStageWords[static_cast<size_t>(stage)]; }

std::optional<FileStage> parse_file_stage(std::string_view text) {
  const auto found = std::find(kStageWords.begin(), kStageWords.end(), text);
  if (found == kStageWords.end()) return std::nullopt;
  return static_cast<FileStage>(found - kStageWords.begin());
}

std::optional<FileRow> find_file(db::Connection& db, const std::string& watch,
                                 std::string_view name, std::string_view content) {
  static const auto sql = select_files("WHERE f.watch = $1 AND f.name = $2 AND f.content = $3");
  return first_file(db.query(sql.c_str(), watch, name, content));
}

std::optional<FileRow> get_file(db::Connection& db, int64_t n) {
  static const auto sql = select_files("WHERE f.n = $1");
  return first_file(db.query(sql.c_str(), n));
}

std::vector<FileRow> files_named(db::Connection& db, const std::string& watch,
                                 std::string_view name) {
  static const auto sql = select_files("WHERE f.watch = $1 AND f.name = $2 ORDER BY f.n DESC");
  return read_file_rows(db.query(sql.c_str(), watch, name));
}

std::optional<FileRow> file_of_task(db::Connection& db, int64_t task) {
  static const auto sql = select_files(
      "WHERE f.task = $1 AND f.stage IN ('given', 'leaving', 'settled') "
      "ORDER BY f.n DESC LIMIT 1");
  return first_file(db.query(sql.c_str(), task));
}

std::vector<FileRow> files_of_task(db::Connection& db, int64_t task) {
  static const auto sql = select_files("WHERE f.task = $1 ORDER BY f.n DESC");
  return read_file_rows(db.query(sql.c_str(), task));
}

void insert_file(db::Connection& db, FileRow& row) {
  row.n = db.insert(
      "INSERT INTO files (watch, name, content, size, stamp, path, old_path, stage, task, match, "
      "missed, since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      row.watch, row.name, row.content, row.size, row.stamp, row.path, row.old_path,
      to_string(row.stage), null_if_none(row.task), row.match, row.missed, row.since);
}

void update_file(db::Connection& db, const FileRow& row) {
  db.run(
      "UPDATE files SET size = $2, stamp = $3, path = $4, old_path = $5, stage = $6, task = $7, "
      "match = $8, missed = $9, since = $10 WHERE n = $1",
      row.n, row.size, row.stamp, row.path, row.old_path, to_string(row.stage),
      null_if_none(row.task), row.match, row.missed, row.since);
}

void stamps_of(db::Connection& db, const std::string& watch,
               const std::function<void(int64_t)>& each) {
  for (auto rows = db.query("SELECT stamp FROM files WHERE watch = $1 AND stage <> 'gone' "
                            "AND stage <> 'replaced'",
                            watch);
       rows.next();)
    each(rows.integer(0));
}

std::vector<FileRow> files_in(db::Connection& db, const std::string& watch, FileStage stage,
                              int64_t after, int limit) {
  static const auto of_watch = select_files(
      "WHERE f.watch = $1 AND f.stage = $2 AND f.stage IN ('unmatched', 'given', 'leaving') "
      "AND f.n > $3 ORDER BY f.n LIMIT $4");
  static const auto any = select_files(
      "WHERE ($1 = '' OR f.watch = $1) AND f.stage = $2 AND f.n > $3 ORDER BY f.n LIMIT $4");
  const auto& sql = is_to_be_seen_to(stage) && !watch.empty() ? of_watch : any;
  return read_file_rows(db.query(sql.c_str(), watch, to_string(stage), after, limit));
}

std::vector<EndedFile> ended_files(db::Connection& db, const std::string& watch, int64_t after,
                                   int limit) {
  static const auto sql =
      std::string("SELECT ") + kFileColumns +
      ", t.state FROM files f CROSS JOIN tasks t ON t.n = f.task "
      "WHERE f.watch = $1 AND f.stage = 'given' AND f.stage IN ('unmatched', 'given', 'leaving') "
      "AND f.n > $2 AND t.state IN ('succeeded', 'failed', 'canceled') ORDER BY f.n LIMIT $3";
  std::vector<EndedFile> found;
  for (auto rows = db.query(sql.c_str(), watch, after, limit); rows.next();)
    found.push_back({read_file_row(rows), model::parse_state(rows.view(13)).value()});
  return found;
}

int64_t count_unmatched(db::Connection& db) {
  auto rows = db.query(
      "SELECT count(*) FROM files WHERE stage = 'unmatched' "
      "AND stage IN ('unmatched', 'given', 'leaving')");
  rows.next();
  return rows.integer(0);
}

void leave_files(db::Connection& db, const TaskRow& task, Instant now) {
  db.run(
      "UPDATE files SET stage = CASE WHEN $2 = 1 AND watch <> $3 THEN 'unmatched' ELSE 'settled' "
      "END, task = NULL, since = $4 WHERE task = $1 AND stage = 'given'",
      task.n, model::is_open(task.state) ? 1 : 0, task.task.name.source, now);
}

}  // namespace cb::state
