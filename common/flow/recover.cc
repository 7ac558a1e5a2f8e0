#include "flow/recover.h"

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
  const auto wanted = rebooted ? Spooled::synced : Spooled::any;
  if (const auto spooled = read_spooled_end(layout, run.id, wanted)) return *spooled;
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
  for (auto& judgement : dead) {
    const auto rules = config.rules_of(source_of(*store.db, judgement.run));
    if (finish(*store.db, rules, judgement, now) != state::Finish::already)
      recovery.ended.push_back(std::move(judgement));
  }
  transaction.commit();
  return recovery;
}

}  // namespace cb::flow
