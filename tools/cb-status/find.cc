#include "find.h"

#include <optional>

#include "base/text.h"
#include "cli/output.h"
#include "state/list.h"
#include "state/sources.h"

namespace cb::status {
namespace {

constexpr int64_t kCandidates = 1000;

std::optional<std::string> similar_name(db::Connection& db, const std::string& text) {
  const bool is_full = text.find(':') != std::string::npos;
  std::vector<std::string> names;
  state::list_tasks(db, {.order = state::Order::newest, .limit = kCandidates},
                    [&](const state::TaskRow& row) {
                      names.push_back(is_full ? model::to_string(row.task.name) : row.task.name.id);
                    });
  if (auto similar = closest(text, names)) return similar;
  // A word that is no command is taken for a task.
  static const std::vector<std::string> kWords = {"summary", "list", "show",
                                                  "why",     "log",  "events"};
  return closest(text, kWords);
}

std::string no_such_task(db::Connection& db, const std::string& text) {
  const std::string line = "no such task: " + excerpt(text, 200);
  const auto name = model::parse_task_name(text, "");
  if (name)
    if (const auto seen = state::find_seen(db, *name))
      return line + "; it is no longer stored" + (seen->is_done ? ", and was done" : "");
  const auto similar = similar_name(db, text);
  return similar ? line + "; did you mean " + *similar + "?" : line;
}

}  // namespace

state::TaskRow find_named(db::Connection& db, const std::string& text) {
  const auto found = state::find_tasks_named(db, text);
  if (found.empty()) throw Error(Fault::answer, no_such_task(db, text));
  if (found.size() == 1) return found.front();
  std::vector<std::string> names;
  for (const auto& row : found) names.push_back(model::to_string(row.task.name));
  throw Error(Fault::usage,
              "task " + excerpt(text, 200) + " is in several sources: " + join(names));
}

int for_each_named(db::Connection& db, const Options& options,
                   const std::function<void(const state::TaskRow&)>& each) {
  int code = 0;
  for (const auto& text : options.tasks) {
    try {
      each(find_named(db, text));
    } catch (const Error& error) {
      if (error.fault() != Fault::answer) throw;
      cli::Messages("cb-status", options.common).problem(error.what());
      code = exit_code(Fault::answer);
    }
  }
  return code;
}

}  // namespace cb::status
