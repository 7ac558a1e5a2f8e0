#include "state/soundness.h"

#include <set>

#include "base/text.h"
#include "state/events.h"
#include "state/sources.h"
#include "state/store.h"

namespace cb::state {
namespace {

// A statement with the name of a table in it. The connection knows a statement by its address, so
// each text is kept for ever.
const char* kept_text(std::string text) {
  static std::set<std::string> texts;
  return texts.insert(std::move(text)).first->c_str();
}

std::vector<std::string> table_names(db::Connection& db) {
  std::vector<std::string> names;
  auto rows = db.query(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
      "ESCAPE '\\' ORDER BY name");
  while (rows.next()) names.push_back(rows.text(0));
  return names;
}

int64_t count_rows(db::Connection& db, const std::string& table) {
  auto rows = db.query(kept_text("SELECT count(*) FROM \"" + table + "\""));
  rows.next();
  return rows.integer(0);
}

// Messages of integrity_check that speak of an index and of nothing else.
bool is_about_index(std::string_view line) {
  return line.starts_with("wrong # of entries in index ") ||
         line.starts_with("non-unique entry in index ") ||
         (line.starts_with("row ") && line.find(" missing from index ") != line.npos);
}

// What holds at any time, as what must not be found.
constexpr const char* kContradictions[] = {
    "SELECT 'counts: ' || t.tasks || ' tasks of ' || source || ' are ' || state || ' (' || reason "
    "|| '), not ' || coalesce(c.tasks, 0) "
    "FROM (SELECT source, state, reason, count(*) AS tasks FROM tasks GROUP BY 1, 2, 3) t "
    "LEFT JOIN counts c USING (source, state, reason) WHERE c.tasks IS NOT t.tasks LIMIT $1",
    "SELECT 'counts: no task of ' || source || ' is ' || state || ' (' || reason || '), not ' || "
    "tasks FROM counts WHERE tasks <> 0 AND (source, state, reason) NOT IN "
    "(SELECT source, state, reason FROM tasks) LIMIT $1",
    "SELECT 'task ' || source || ':' || id || ': running without a live run' FROM tasks WHERE "
    "state = 'running' AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = tasks.run AND "
    "task = n AND ended_at IS NULL) LIMIT $1",
    "SELECT 'run ' || runs.id || ': lives without its task' FROM runs JOIN tasks ON n = task "
    "WHERE ended_at IS NULL AND run IS NOT runs.id LIMIT $1",
    "SELECT 'task ' || source || ':' || id || ': waits for ' || unmet || ' tasks, not ' || really "
    "FROM (SELECT source, id, unmet, (SELECT count(*) FROM deps WHERE task = n AND met = 0) AS "
    "really FROM tasks WHERE unmet > 0 OR n IN (SELECT task FROM deps)) WHERE unmet <> really "
    "LIMIT $1",
    "SELECT 'key ' || key || ': ' || count(*) || ' tasks have its turn' FROM tasks WHERE key IS "
    "NOT NULL AND (state = 'running' OR (state = 'ready' AND turn = 1)) GROUP BY key HAVING "
    "count(*) > 1 LIMIT $1",
    "SELECT 'task ' || source || ':' || t.id || ': ' || state || ', but its last event says ' || "
    "coalesce(e.new, 'nothing') FROM tasks t LEFT JOIN events e ON e.seq = (SELECT max(seq) FROM "
    "events WHERE task = n) WHERE e.new IS NOT state LIMIT $1",
};

}  // namespace

Facts read_facts(db::Connection& db) {
  Facts facts;
  auto version = db.query("PRAGMA user_version");
  if (version.next()) facts.schema = version.integer(0);
  for (const auto& table : table_names(db)) facts.rows[table] = count_rows(db, table);
  if (facts.rows.contains("events")) facts.newest_event = newest_event(db);
  if (facts.rows.contains("meta"))
    facts.generation = parse_integer(get_meta(db, "generation")).value_or(1);
  return facts;
}

Damage find_damage(db::Connection& db) {
  Damage damage;
  for (auto rows = db.query("PRAGMA integrity_check"); rows.next();) {
    const auto line = rows.text(0);
    if (line != "ok") (is_about_index(line) ? damage.index : damage.other).push_back(line);
  }
  for (auto rows = db.query("PRAGMA foreign_key_check"); rows.next();)
    damage.other.push_back("row " + rows.text(1) + " of " + rows.text(0) + " has no " +
                           rows.text(2));
  return damage;
}

void rebuild_indexes(db::Connection& db) { db.script("REINDEX"); }

std::vector<std::string> find_contradictions(db::Connection& db, int limit) {
  std::vector<std::string> lines;
  if (read_facts(db).schema != schema_version()) return lines;
  for (const char* sql : kContradictions)
    for (auto rows = db.query(sql, limit - static_cast<int>(lines.size())); rows.next();)
      lines.push_back(rows.text(0));
  return lines;
}

}  // namespace cb::state
