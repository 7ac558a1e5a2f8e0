#include "flow/changes.h"

#include <limits>
#include <set>

#include "state/events.h"
#include "state/list.h"

namespace cb::flow {
namespace {

std::string describe(db::Connection& db, const state::RunRow& run, const std::string& what) {
  return model::to_string(state::get_task(db, run.task).task.name) + ": run " + run.id + " " + what;
}

}  // namespace

Change change_of(db::Connection& db, state::TaskRow row, std::optional<model::State> before) {
  auto reason = state::shown_reason(db, row);
  return {.row = std::move(row), .before = before, .reason = std::move(reason)};
}

std::vector<Change> changes_since(db::Connection& db, int64_t seq) {
  struct First {
    int64_t task;
    std::optional<model::State> before;
  };
  std::vector<First> firsts;
  std::set<int64_t> met;
  state::read_events(db, seq, 0, std::numeric_limits<int64_t>::max(), [&](const auto& event) {
    if (met.insert(event.task).second) firsts.push_back({event.task, event.before});
  });
  std::vector<Change> changes;
  changes.reserve(firsts.size());
  for (const auto& first : firsts)
    changes.push_back(change_of(db, state::get_task(db, first.task), first.before));
  return changes;
}

Json to_json(const Change& change) {
  const auto& row = change.row;
  Json json = {{"task", model::to_string(row.task.name)},
               {"verdict", model::to_string(row.state)},
               {"previous", change.before ? Json(model::to_string(*change.before)) : Json(nullptr)},
               {"reason", change.reason},
               {"title", row.task.title}};
  if (row.state == model::State::held && !row.detail.empty()) json["detail"] = row.detail;
  return json;
}

std::vector<std::string> cells_of(const Change& change) {
  return {model::to_string(change.row.task.name), std::string(model::to_string(change.row.state)),
          change.reason, change.row.task.title};
}

std::vector<std::string> describe(db::Connection& db, const Recovery& recovery) {
  std::vector<std::string> lines;
  for (const auto& ended : recovery.ended)
    lines.push_back(describe(db, ended.run,
                             std::string(model::to_string(ended.conclusion.outcome)) +
                                 (ended.run.message.empty() ? "" : ": " + ended.run.message)));
  for (const auto& run : recovery.orphans)
    lines.push_back(describe(db, run, "lost its cb-exec, but its command still runs"));
  return lines;
}

}  // namespace cb::flow
