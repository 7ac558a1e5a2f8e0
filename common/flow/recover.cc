#include "flow/recover.h"

#include <algorithm>

#include "flow/finish.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/process.h"

namespace cb::flow {
namespace {

using Event = model::Ending::Event;

enum class Life { supervised, orphaned, dead };

Life life_of(const state::Layout& layout, const state::RunRow& run, const os::ProcessId& self) {
  if (run.supervisor == self) return Life::supervised;
  if (run.supervisor.boot != self.boot) return Life::dead;
  if (os::is_alive(run.supervisor)) return Life::supervised;
  const auto lives = os::is_byte_locked(layout.run_locks(), static_cast<int64_t>(run.tag)) ||
                     !os::processes_of(run.tag).empty();
  return lives ? Life::orphaned : Life::dead;
}

// The log is created by the command's process right before it becomes the command.
bool was_started(const state::Layout& layout, const state::RunRow& run, const os::ProcessId& self) {
  const auto log_may_be_lost = run.supervisor.boot != self.boot;
  return log_may_be_lost || os::exists(layout.log(run.id));
}

ProcessEnd end_of(const state::Layout& layout, const state::RunRow& run,
                  const os::ProcessId& self) {
  const auto rebooted = run.supervisor.boot != self.boot;
  const auto wanted = rebooted ? Kept::synced : Kept::any;
  if (const auto kept = kept_end(layout, run.supervisor, run.id, wanted)) return *kept;
  ProcessEnd end;
  if (was_started(layout, run, self)) {
    end.event = Event::crashed;
    end.message =
        rebooted ? "the machine was restarted while it ran"
                 : "cb-exec (pid " + std::to_string(run.supervisor.pid) + ") died while it ran";
  } else {
    end.event = Event::interrupted;
    end.message = "cb-exec died before the command was started";
  }
  return end;
}

std::string source_of(db::Connection& db, const state::RunRow& run) {
  return state::get_task(db, run.task).task.name.source;
}

bool has_run_of(const os::ProcessId& supervisor, const std::vector<state::RunRow>& runs) {
  return std::any_of(runs.begin(), runs.end(),
                     [&](const auto& run) { return run.supervisor == supervisor; });
}

}  // namespace

Recovery recover(state::Store& store, const config::Config& config, Instant now) {
  Recovery recovery;
  const auto live = state::live_runs(*store.db);
  if (live.empty()) return recovery;
  const auto self = os::this_process();
  std::vector<Judgement> dead;
  for (const auto& run : live) {
    const auto life = life_of(store.layout, run, self);
    if (life == Life::orphaned) recovery.orphans.push_back(run);
    if (life == Life::dead)
      dead.push_back(judge(store.layout, run, end_of(store.layout, run, self), random_jitter()));
  }
  if (dead.empty()) return recovery;
  db::Transaction transaction(*store.db);
  for (const auto& judgement : dead) {
    const auto rules = config.rules_of(source_of(*store.db, judgement.run));
    if (finish(*store.db, rules, judgement, now).finish != state::Finish::already)
      recovery.ended.push_back(judgement);
  }
  transaction.commit();
  for (const auto& judgement : dead)
    if (!has_run_of(judgement.run.supervisor, recovery.orphans))
      remove_ends(store.layout, judgement.run.supervisor);
  return recovery;
}

std::vector<Lost> lost_runs(const state::Store& store) {
  std::vector<Lost> lost;
  const auto live = state::live_runs(*store.db);
  if (live.empty()) return lost;
  const auto self = os::this_process();
  for (const auto& run : live) {
    const auto life = life_of(store.layout, run, self);
    if (life == Life::orphaned)
      lost.push_back({run, true, "its cb-exec is gone, but its command still runs"});
    if (life == Life::dead) {
      const auto end = end_of(store.layout, run, self);
      lost.push_back({run, false, end.message.empty() ? "its command has ended" : end.message});
    }
  }
  return lost;
}

}  // namespace cb::flow
