#include "state/soundness.h"

#include <array>
#include <set>

#include "base/text.h"
#include "model/state.h"
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

// What holds at any time, as what must not be found. What SQL would sort all tasks for is below.
constexpr const char* kContradictions[] = {
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
};

// State by number of the task, as its last event says; one byte each. 0xff: no event.
constexpr uint8_t kNoEvent = 0xff;
std::vector<uint8_t> last_states(db::Connection& db) {
  auto most = db.query("SELECT max(n) FROM tasks");
  most.next();
  std::vector<uint8_t> states(static_cast<size_t>(most.integer(0)) + 1, kNoEvent);
  for (auto rows = db.query("SELECT task, new FROM events ORDER BY seq"); rows.next();) {
    const auto n = static_cast<size_t>(rows.integer(0));
    const auto state = model::parse_state(rows.view(1));
    if (n < states.size() && state) states[n] = static_cast<uint8_t>(*state);
  }
  return states;
}

// The tasks in one pass: how many there are of each kind, and whether they are as their last event
// says.
void compare_tasks(db::Connection& db, size_t limit, std::vector<std::string>& lines) {
  const auto add = [&](const std::string& line) {
    if (lines.size() < limit) lines.push_back(line);
  };
  const auto by_event = last_states(db);
  std::map<std::array<std::string, 3>, int64_t> real;
  auto group = real.end();
  for (auto rows = db.query("SELECT source, state, reason, n, id FROM tasks"); rows.next();) {
    const auto is_same = group != real.end() && group->first[0] == rows.view(0) &&
                         group->first[1] == rows.view(1) && group->first[2] == rows.view(2);
    if (!is_same) group = real.try_emplace({rows.text(0), rows.text(1), rows.text(2)}).first;
    ++group->second;
    const auto last = by_event[static_cast<size_t>(rows.integer(3))];
    const auto state = model::parse_state(rows.view(1));
    if (state && last == static_cast<uint8_t>(*state)) continue;
    add("task " + rows.text(0) + ":" + rows.text(4) + ": " + rows.text(1) +
        ", but its last event says " +
        (last == kNoEvent ? "nothing"
                          : std::string(model::to_string(static_cast<model::State>(last)))));
  }
  auto counted = db.query("SELECT source, state, reason, tasks FROM counts");
  while (counted.next()) {
    const std::array key = {counted.text(0), counted.text(1), counted.text(2)};
    const auto found = real.find(key);
    const auto count = found == real.end() ? 0 : found->second;
    if (found != real.end()) real.erase(found);
    if (count != counted.integer(3))
      add("counts: " + std::to_string(count) + " tasks of " + key[0] + " are " + key[1] + " (" +
          key[2] + "), not " + counted.text(3));
  }
  for (const auto& [key, count] : real)
    add("counts: " + std::to_string(count) + " tasks of " + key[0] + " are " + key[1] + " (" +
        key[2] + "), not 0");
}

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
  compare_tasks(db, static_cast<size_t>(limit), lines);
  return lines;
}

}  // namespace cb::state
