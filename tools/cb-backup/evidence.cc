#include "evidence.h"

#include <algorithm>

#include "base/json.h"
#include "os/file.h"
#include "state/events.h"
#include "state/keep.h"
#include "state/restored.h"
#include "state/tasks.h"

namespace cb::backup {
namespace {

using Doubts = std::map<std::string, Doubt>;  // by full name

void add(Doubts& doubts, const model::TaskName& name, const std::string& why) {
  doubts.try_emplace(name.source + ":" + name.id, Doubt{name, why});
}

std::optional<model::TaskName> split(const std::string& name) {
  const auto colon = name.find(':');
  if (colon == name.npos) return std::nullopt;
  return model::TaskName{name.substr(0, colon), name.substr(colon + 1)};
}

// The task that a run's directory says it is of.
std::optional<model::TaskName> task_of_run(const state::Layout& layout, const std::string& run) {
  try {
    const auto text = os::read_file(layout.task_file(run));
    if (!text) return std::nullopt;
    const auto json = parse_json(*text);
    return model::TaskName{json.at("source").get<std::string>(), json.at("id").get<std::string>()};
  } catch (const std::exception&) {
    return std::nullopt;  // it was being written
  }
}

// A run whose claim was not replayed, and whose command was about to start or had.
void add_unknown_runs(db::Connection& db, const state::Layout& layout, Doubts& doubts) {
  for (const auto& run : os::list_directory(layout.runs()))
    if (!state::is_run_known(db, run))
      if (const auto task = task_of_run(layout, run))
        add(doubts, *task, "run " + run + " is not in the restored store; see runs/" + run);
}

// With --at: what happened afterwards has happened.
void add_later_runs(const state::Layout& layout, int64_t above, Doubts& doubts) {
  state::read_journal(layout, {.above = above}, [&](const state::JournalLine& line) {
    const auto& json = line.content;
    const auto run = json.find("run");
    if (run == json.end() || !run->is_string()) return;
    if (const auto task = split(json.value("task", "")))
      add(doubts, *task, "run " + run->get<std::string>() + " came after the moment restored");
  });
}

}  // namespace

std::vector<Doubt> find_doubts(db::Connection& db, const state::Layout& layout,
                               const state::JournalRead& replayed, int64_t backup_event) {
  Doubts doubts;
  add_later_runs(layout, std::max(replayed.last, backup_event), doubts);
  add_unknown_runs(db, layout, doubts);
  int64_t gap = 0;
  for (const auto& range : replayed.missing) gap = std::max(gap, range.to);
  if (gap > 0)
    for (const auto& task : state::open_without_event_after(db, gap))
      add(doubts, task, "the journal lacks events up to " + std::to_string(gap));
  std::vector<Doubt> open;
  for (const auto& [name, doubt] : doubts) {
    const auto row = state::find_task(db, doubt.task);
    if (row && model::is_open(row->state)) open.push_back(doubt);
  }
  return open;
}

}  // namespace cb::backup
