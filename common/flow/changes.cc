#include "flow/changes.h"

namespace cb::flow {
namespace {

std::string describe(db::Connection& db, const state::RunRow& run, const std::string& what) {
  return model::to_string(state::get_task(db, run.task).task.name) + ": run " + run.id + " " + what;
}

}  // namespace

Json to_json(const state::ChangedTask& task) {
  Json json = {{"task", model::to_string(task.name)},
               {"verdict", model::to_string(task.state)},
               {"previous", task.before ? Json(model::to_string(*task.before)) : Json(nullptr)},
               {"reason", task.reason},
               {"title", task.title}};
  if (task.state == model::State::held && !task.detail.empty()) json["detail"] = task.detail;
  return json;
}

std::vector<std::string> cells_of(const state::ChangedTask& task) {
  return {model::to_string(task.name), std::string(model::to_string(task.state)), task.reason,
          task.title};
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
