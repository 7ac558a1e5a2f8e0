#include "names.h"

#include <iostream>

#include "base/error.h"
#include "base/text.h"

namespace cb::exec {
namespace {

std::vector<std::string> expand_stdin(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const auto& word : words) {
    if (word != "-") {
      names.push_back(word);
      continue;
    }
    for (std::string line; std::getline(std::cin, line);)
      if (!line.empty()) names.push_back(line.substr(0, line.find('\t')));
  }
  return names;
}

state::TaskRow find_one(db::Connection& db, const std::string& name) {
  auto found = state::find_tasks_named(db, name);
  if (found.empty()) throw Error(Fault::answer, "find " + excerpt(name, 200) + ": no such task");
  if (found.size() == 1) return std::move(found.front());
  std::vector<std::string> candidates;
  for (const auto& row : found) candidates.push_back(model::to_string(row.task.name));
  throw Error(Fault::usage, "find " + excerpt(name, 200) + ": which one: " + join(candidates));
}

}  // namespace

std::vector<state::TaskRow> find_targets(db::Connection& db,
                                         const std::vector<std::string>& words) {
  std::vector<state::TaskRow> targets;
  for (const auto& name : expand_stdin(words)) targets.push_back(find_one(db, name));
  return targets;
}

}  // namespace cb::exec
