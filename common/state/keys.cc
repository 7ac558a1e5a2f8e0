#include "state/keys.h"

namespace cb::state {
namespace {

bool is_running(db::Connection& db, const std::string& key) {
  return db
      .query("SELECT 1 FROM tasks WHERE key = $1 AND key IS NOT NULL AND state = 'running' LIMIT 1",
             key)
      .next();
}

}  // namespace

void pass_turn(db::Connection& db, const std::string& key) {
  db.run(
      "UPDATE tasks SET turn = 0 WHERE key = $1 AND key IS NOT NULL AND state = 'ready' AND turn = "
      "1",
      key);
  if (is_running(db, key)) return;
  db.run(
      "UPDATE tasks SET turn = 1 WHERE n = (SELECT n FROM tasks WHERE key = $1 AND key IS NOT NULL "
      "AND state = 'ready' ORDER BY priority, coalesce(due, 253402300799999), n LIMIT 1)",
      key);
}

}  // namespace cb::state
