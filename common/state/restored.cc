#include "state/restored.h"

#include "state/tasks.h"

namespace cb::state {

void distrust_upstream(db::Connection& db) {
  db.run("UPDATE sources SET cursor = NULL, listed_at = NULL, full_at = NULL");
  db.run("UPDATE outbox SET maybe_sent = 1 WHERE state = 'owed'");
  db.run("UPDATE tasks SET missed = 0 WHERE missed > 0");
}

std::vector<model::TaskName> open_without_event_after(db::Connection& db, int64_t seq) {
  std::vector<model::TaskName> names;
  auto rows = db.query(
      "SELECT source, id FROM tasks WHERE state IN ('held', 'blocked', 'ready') AND NOT EXISTS "
      "(SELECT 1 FROM events WHERE task = n AND seq > $1) ORDER BY n",
      seq);
  while (rows.next()) names.push_back({rows.text(0), rows.text(1)});
  return names;
}

bool hold_restored(db::Connection& db, const model::TaskName& name, const std::string& detail,
                   Instant now) {
  auto row = find_task(db, name);
  if (!row || !model::is_open(row->state)) return false;
  row->not_before = std::nullopt;
  change_state(db, *row,
               {.cause = model::Cause::restored,
                .to = model::State::held,
                .reason = model::reason::restored,
                .detail = detail},
               now);
  return true;
}

}  // namespace cb::state
