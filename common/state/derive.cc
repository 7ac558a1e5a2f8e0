#include "state/deps.h"
#include "state/keys.h"
#include "state/replay.h"
#include "state/tasks.h"

namespace cb::state {
namespace {

void derive_counts(db::Connection& db) {
  db.run("DELETE FROM counts");
  db.run(
      "INSERT INTO counts (source, state, reason, tasks) "
      "SELECT source, state, reason, count(*) FROM tasks GROUP BY source, state, reason");
}

// As satisfies() has it; of a name that is neither stored nor remembered, what the row says.
void derive_met(db::Connection& db) {
  db.run(
      "UPDATE deps SET met = coalesce((SELECT p.state = 'succeeded' OR (p.state = 'canceled' AND "
      "p.reason = 'done_upstream') FROM tasks p WHERE p.source = deps.source AND p.id = deps.id), "
      "(SELECT s.done FROM seen s WHERE s.source = deps.source AND s.id = deps.id), met)");
}

void block(db::Connection& db, TaskRow& row, Instant now) {
  std::string after = "after";
  for (const auto& dependency : dependencies_of(db, row.n))
    if (!dependency.is_met) after += " " + model::to_string(dependency.name);
  row.not_before.reset();
  change_state(
      db, row,
      {model::Cause::dependency_reopened, model::State::blocked, model::reason::waits_for, after},
      now);
}

struct Waiting {
  int64_t n;
  int unmet;
};

std::vector<Waiting> wrongly_counted(db::Connection& db) {
  std::vector<Waiting> found;
  for (auto rows = db.query("SELECT n, really FROM (SELECT n, unmet, (SELECT count(*) FROM deps "
                            "WHERE task = n AND met = 0) AS really FROM tasks) "
                            "WHERE unmet <> really ORDER BY n");
       rows.next();)
    found.push_back({rows.integer(0), static_cast<int>(rows.integer(1))});
  return found;
}

// That a task became ready or blocked is an event of its own: one that is missing is made up for.
void derive_unmet(db::Connection& db, Instant now) {
  using model::Cause, model::State;
  for (const auto& [n, unmet] : wrongly_counted(db)) {
    auto row = get_task(db, n);
    row.unmet = unmet;
    if (row.state == State::blocked && unmet == 0)
      change_state(db, row, {Cause::dependencies_met, State::ready, model::reason::ready, ""}, now);
    else if (row.state == State::ready && unmet > 0)
      block(db, row, now);
    else
      db.run("UPDATE tasks SET unmet = $2 WHERE n = $1", n, unmet);
  }
}

void derive_turns(db::Connection& db) {
  std::vector<std::string> keys;
  for (auto rows = db.query("SELECT DISTINCT key FROM tasks WHERE key IS NOT NULL"); rows.next();)
    keys.push_back(rows.text(0));
  for (const auto& key : keys) pass_turn(db, key);
}

// Numbers of confirmations are in the tasks' rows; a lower count would make old listings new.
void derive_deliveries(db::Connection& db) {
  db.run(
      "INSERT INTO meta (key, value) SELECT 'deliveries', most FROM (SELECT max(sent_seq) AS most "
      "FROM tasks) WHERE most > 0 ON CONFLICT (key) DO UPDATE SET value = excluded.value "
      "WHERE CAST(value AS INTEGER) < CAST(excluded.value AS INTEGER)");
}

}  // namespace

void derive_rest(db::Connection& db, Instant now) {
  derive_counts(db);
  derive_turns(db);
  derive_met(db);
  derive_unmet(db, now);
  derive_deliveries(db);
}

}  // namespace cb::state
