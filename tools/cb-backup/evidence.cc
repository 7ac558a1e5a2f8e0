#include "evidence.h"

#include <algorithm>
#include <map>

#include "base/json.h"
#include "flow/unknown_runs.h"
#include "state/restored.h"
#include "state/tasks.h"

namespace cb::backup {
namespace {

using Doubts = std::map<std::string, Told>;  // by full name

void add(Doubts& doubts, const model::TaskName& name, const std::string& why) {
  doubts.try_emplace(model::to_string(name), Told{name, why});
}

std::optional<model::TaskName> split(const std::string& name) {
  const auto colon = name.find(':');
  if (colon == name.npos) return std::nullopt;
  return model::TaskName{name.substr(0, colon), name.substr(colon + 1)};
}

class Taking {
 public:
  Taking(db::Connection& db, const state::Layout& layout, const config::Config& config, Instant now)
      : db_(db), layout_(layout), config_(config), now_(now) {}

  // With --at: what happened afterwards has happened.
  void doubt_later_runs(int64_t above) {
    state::read_journal(layout_, {.above = above}, [&](const state::JournalLine& line) {
      const auto& json = line.content;
      const auto run = json.find("run");
      if (run == json.end() || !run->is_string()) return;
      if (const auto task = split(json.value("task", "")))
        add(doubts_, *task, "run " + run->get<std::string>() + " came after the moment restored");
    });
  }

  // Runs whose claim was not replayed, and whose command was about to start or had. Of several of
  // one task the last one tells.
  void take_unknown_runs() {
    std::map<std::string, std::pair<flow::UnknownRun, int>> last;  // by full name of the task
    for (const auto& run : flow::unknown_runs(db_, layout_)) {
      auto& [latest, count] = last[model::to_string(run.task.name)];
      latest = run;
      ++count;
    }
    for (const auto& [name, found] : last)
      if (!doubts_.contains(name)) take(found.first, found.second);
  }

  // Where the journal has a hole, or does not reach the backup, or ends in a damaged line.
  void doubt_gap(const state::JournalRead& replayed, int64_t backup_event) {
    int64_t gap = 0;
    for (const auto& range : replayed.missing) gap = std::max(gap, range.to);
    std::string why = "the journal lacks events up to " + std::to_string(gap);
    if (replayed.is_end_flawed) {
      gap = std::max(replayed.last, backup_event);
      why = "the journal is damaged after event " + std::to_string(gap);
    } else if (replayed.lines == 0 && state::newest_journaled(layout_) < backup_event) {
      gap = backup_event;
      why = "there is no journal after event " + std::to_string(gap);
    }
    if (gap == 0) return;
    for (const auto& task : state::open_without_event_after(db_, gap)) add(doubts_, task, why);
  }

  Evidence finish() {
    db::Transaction transaction(db_);
    for (const auto& [name, doubt] : doubts_)
      if (state::hold_restored(db_, doubt.task, doubt.what, now_)) evidence_.held.push_back(doubt);
    transaction.commit();
    return std::move(evidence_);
  }

 private:
  void take(const flow::UnknownRun& run, int count) {
    const auto& name = run.task.name;
    const auto named = "run " + run.id;
    db::Transaction transaction(db_);
    if (!flow::make_known(db_, config_, run, now_)) return;
    if (model::is_open(state::find_task(db_, name).value().state)) {
      const auto proof = flow::take_in(db_, layout_, config_, run, count, now_);
      if (proof.is_proven)
        evidence_.proven.push_back({name, named + ": " + proof.what});
      else
        add(doubts_, name,
            named + " is not in the restored store, and " + proof.what + "; see runs/" + run.id);
    }
    transaction.commit();
  }

  db::Connection& db_;
  const state::Layout& layout_;
  const config::Config& config_;
  const Instant now_;
  Doubts doubts_;
  Evidence evidence_;
};

}  // namespace

// The gap comes last: a task of a proven run has events after it.
Evidence take_evidence(db::Connection& db, const state::Layout& layout,
                       const config::Config& config, const state::JournalRead& replayed,
                       int64_t backup_event, Instant now) {
  Taking taking(db, layout, config, now);
  taking.doubt_later_runs(std::max(replayed.last, backup_event));
  taking.take_unknown_runs();
  taking.doubt_gap(replayed, backup_event);
  return taking.finish();
}

}  // namespace cb::backup
