#include "state/deps.h"

#include <algorithm>
#include <map>
#include <queue>

#include "state/sources.h"
#include "state/tasks.h"

namespace cb::state {
namespace {

bool is_done(db::Connection& db, const model::TaskName& name) {
  auto rows = db.query("SELECT state, reason FROM tasks WHERE source = $1 AND id = $2", name.source,
                       name.id);
  if (rows.next()) return satisfies(model::parse_state(rows.view(0)).value(), rows.view(1));
  const auto seen = find_seen(db, name);
  return seen && seen->is_done;
}

bool is_waited_for(db::Connection& db, const model::TaskName& name) {
  return db.query("SELECT 1 FROM deps WHERE source = $1 AND id = $2 LIMIT 1", name.source, name.id)
      .next();
}

std::vector<model::TaskName> after_of(db::Connection& db, const model::TaskName& name) {
  std::vector<model::TaskName> after;
  auto rows = db.query(
      "SELECT d.source, d.id FROM tasks t JOIN deps d ON d.task = t.n "
      "WHERE t.source = $1 AND t.id = $2 ORDER BY d.position",
      name.source, name.id);
  while (rows.next()) after.push_back({rows.text(0), rows.text(1)});
  return after;
}

using Origins = std::map<model::TaskName, model::TaskName>;  // reached → from where

std::vector<model::TaskName> way_back(const Origins& origins, const model::TaskName& name) {
  std::vector<model::TaskName> way = {name};
  do {
    way.push_back(origins.at(way.back()));
  } while (way.back() != name);
  std::reverse(way.begin(), way.end());
  return way;
}

void met(db::Connection& db, TaskRow child, Instant now) {
  child.unmet -= 1;
  if (child.unmet == 0 && child.state == model::State::blocked)
    return change_state(
        db, child, {model::Cause::dependencies_met, model::State::ready, model::reason::ready, ""},
        now);
  db.run("UPDATE tasks SET unmet = $2 WHERE n = $1", child.n, child.unmet);
}

void unmet(db::Connection& db, TaskRow child, const model::TaskName& name, Instant now) {
  child.unmet += 1;
  if (child.state == model::State::ready) {
    child.not_before.reset();
    return change_state(db, child,
                        {model::Cause::dependency_reopened, model::State::blocked,
                         model::reason::waits_for, "after " + model::to_string(name)},
                        now);
  }
  db.run("UPDATE tasks SET unmet = $2 WHERE n = $1", child.n, child.unmet);
}

}  // namespace

std::vector<model::TaskName> unmet_of(db::Connection& db, std::span<const model::TaskName> after) {
  std::vector<model::TaskName> unmet;
  for (const auto& name : after)
    if (!is_done(db, name)) unmet.push_back(name);
  return unmet;
}

void set_dependencies(db::Connection& db, int64_t n, std::span<const model::TaskName> after) {
  db.run("DELETE FROM deps WHERE task = $1", n);
  int position = 0;
  for (const auto& name : after)
    db.run("INSERT INTO deps (task, position, source, id, met) VALUES ($1, $2, $3, $4, $5)", n,
           position++, name.source, name.id, is_done(db, name) ? 1 : 0);
}

std::vector<Dependency> dependencies_of(db::Connection& db, int64_t n) {
  std::vector<Dependency> found;
  auto rows = db.query("SELECT source, id, met FROM deps WHERE task = $1 ORDER BY position", n);
  while (rows.next()) found.push_back({{rows.text(0), rows.text(1)}, rows.integer(2) != 0});
  return found;
}

std::vector<model::TaskName> find_cycle(db::Connection& db, const model::TaskName& name,
                                        std::span<const model::TaskName> after) {
  if (after.empty()) return {};
  const auto itself = std::find(after.begin(), after.end(), name) != after.end();
  // Input usually comes in order: what nobody waits for yet cannot close a cycle.
  if (!itself && !is_waited_for(db, name)) return {};
  Origins origins;
  std::queue<model::TaskName> open;
  const auto reach = [&](const model::TaskName& from, std::span<const model::TaskName> names) {
    for (const auto& next : names)
      if (origins.emplace(next, from).second) open.push(next);
  };
  reach(name, after);
  while (!open.empty() && !origins.contains(name)) {
    const auto next = open.front();
    open.pop();
    reach(next, after_of(db, next));
  }
  return origins.contains(name) ? way_back(origins, name) : std::vector<model::TaskName>{};
}

void propagate(db::Connection& db, const model::TaskName& name, Done done, Instant now) {
  const int is_met = done == Done::yes ? 1 : 0;
  std::vector<int64_t> waiting;
  for (auto rows = db.query("SELECT task FROM deps WHERE source = $1 AND id = $2 AND met <> $3",
                            name.source, name.id, is_met);
       rows.next();)
    waiting.push_back(rows.integer(0));
  if (waiting.empty()) return;
  db.run("UPDATE deps SET met = $3 WHERE source = $1 AND id = $2", name.source, name.id, is_met);
  for (const auto n : waiting) {
    if (done == Done::yes)
      met(db, get_task(db, n), now);
    else
      unmet(db, get_task(db, n), name, now);
  }
}

}  // namespace cb::state
