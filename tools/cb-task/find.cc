#include "find.h"

#include <set>

#include "base/error.h"
#include "base/text.h"

namespace cb::task {
namespace {

state::TaskRow find_one(db::Connection& db, const std::string& name) {
  auto found = state::find_tasks_named(db, name);
  if (found.empty()) throw Error(Fault::answer, "no such task: " + excerpt(name, 200));
  if (found.size() == 1) return std::move(found.front());
  std::vector<std::string> candidates;
  for (const auto& row : found) candidates.push_back(model::to_string(row.task.name));
  throw Error(Fault::usage,
              "task " + excerpt(name, 200) + " is in several sources: " + join(candidates));
}

}  // namespace

std::vector<state::TaskRow> find_all(db::Connection& db, const std::vector<std::string>& names) {
  std::vector<state::TaskRow> rows;
  std::set<int64_t> known;
  for (const auto& name : names) {
    auto row = find_one(db, name);
    if (known.insert(row.n).second) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace cb::task
