#include "flow/admit_all.h"

#include <unordered_set>

#include "base/text.h"

namespace cb::flow {
namespace {

using Names = std::span<const model::TaskName* const>;

struct Hash {
  size_t operator()(const model::TaskName* name) const { return hash64(name->id); }
};
struct Equal {
  bool operator()(const model::TaskName* a, const model::TaskName* b) const { return *a == *b; }
};

// Which of them stand for nothing in the store, and for none before them.
std::vector<bool> are_new(db::Connection& db, std::span<const model::Task> tasks) {
  std::vector<const model::TaskName*> names;
  names.reserve(tasks.size());
  for (const auto& task : tasks) names.push_back(&task.name);
  auto is_new = state::are_unknown(db, names);
  std::unordered_set<const model::TaskName*, Hash, Equal> met(names.size());
  for (size_t i = 0; i < names.size(); ++i)
    if (!met.insert(names[i]).second) is_new[i] = false;
  return is_new;
}

}  // namespace

std::vector<state::TaskRow> admit_all(db::Connection& db, const Sightings& sightings, Instant now,
                                      const std::function<void(size_t, const Admitted&)>& other) {
  const auto is_new = are_new(db, sightings.tasks);
  std::vector<state::TaskRow> rows;
  rows.reserve(sightings.tasks.size());
  size_t stored = 0;
  const auto store = [&] {
    state::insert_tasks(db, std::span(rows).subspan(stored), now);
    stored = rows.size();
  };
  for (size_t i = 0; i < sightings.tasks.size(); ++i) {
    auto& task = sightings.tasks[i];
    const auto rules = sightings.rules_of(task.name.source);
    if (is_new[i]) {
      if (auto row = judge_new(rules, task, now)) {
        rows.push_back(std::move(*row));
        continue;
      }
    }
    store();  // it may depend on them
    other(i, admit(db, rules,
                   {.task = task,
                    .listed_since = sightings.listed_since,
                    .on_cycle = sightings.on_cycle},
                   now));
  }
  store();
  return rows;
}

}  // namespace cb::flow
