#include "state/keep.h"

namespace cb::state {
namespace {

std::vector<int64_t> task_numbers(db::Rows rows) {
  std::vector<int64_t> found;
  while (rows.next()) found.push_back(rows.integer(0));
  return found;
}

}  // namespace

std::vector<int64_t> settled_before(db::Connection& db, model::State state, Instant before,
                                    int64_t after, int limit) {
  return task_numbers(
      db.query("SELECT n FROM tasks WHERE n > $1 AND state = $2 AND since <= $3 AND NOT EXISTS "
               "(SELECT 1 FROM outbox o WHERE o.task = tasks.n AND o.state = 'owed') "
               "ORDER BY n LIMIT $4",
               after, model::to_string(state), before, limit));
}

std::vector<int64_t> tasks_with_runs(db::Connection& db, int keep, int64_t after, int limit) {
  return task_numbers(
      db.query("SELECT task FROM runs WHERE task > $1 GROUP BY task HAVING count(*) > $2 "
               "ORDER BY task LIMIT $3",
               after, keep, limit));
}

std::vector<OldRun> old_runs(db::Connection& db, int64_t task, int keep) {
  std::vector<OldRun> found;
  for (auto rows =
           db.query("SELECT id, tag FROM runs r WHERE task = $1 AND id IN (SELECT id FROM runs "
                    "WHERE task = $1 AND ended_at IS NOT NULL ORDER BY id DESC LIMIT -1 OFFSET $2) "
                    "AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.task = r.task AND o.run = r.id "
                    "AND o.state = 'owed') ORDER BY id",
                    task, keep);
       rows.next();)
    found.push_back({rows.text(0), static_cast<os::Tag>(rows.integer(1))});
  return found;
}

void forget_run(db::Connection& db, const std::string& id) {
  db.run("DELETE FROM runs WHERE id = $1 AND ended_at IS NOT NULL", id);
}

bool is_task_known(db::Connection& db, int64_t n) {
  return db.query("SELECT 1 FROM tasks WHERE n = $1", n).next();
}

bool is_run_known(db::Connection& db, const std::string& id) {
  return db.query("SELECT 1 FROM runs WHERE id = $1", id).next();
}

void name_all(db::Connection& db,
              const std::function<void(const std::string&, const std::string&)>& each) {
  for (auto rows = db.query("SELECT source, id FROM tasks"); rows.next();)
    each(rows.text(0), rows.text(1));
}

bool has_tasks(db::Connection& db, const std::string& source) {
  return db.query("SELECT 1 FROM tasks WHERE source = $1 LIMIT 1", source).next();
}

}  // namespace cb::state
