#include "flow/unknown_runs.h"

#include <algorithm>

#include "flow/admit.h"
#include "flow/ends.h"
#include "flow/finish.h"
#include "flow/judge.h"
#include "os/append_file.h"
#include "os/file.h"
#include "state/keep.h"
#include "state/runs.h"
#include "state/sources.h"

namespace cb::flow {
namespace {

// nullopt for what is torn: its command was not started yet.
std::optional<UnknownRun> read_unknown(const state::Layout& layout, const std::string& id) {
  const auto path = layout.task_file(id);
  const auto text = os::read_file(path);
  const auto file = os::AppendFile::open(path);
  if (!text || !file) return std::nullopt;
  auto read = model::read_task_line(*text, "");
  auto* task = std::get_if<model::Task>(&read);
  if (task == nullptr) return std::nullopt;
  return UnknownRun{id, std::move(*task), file->status().modified};
}

Proof nothing(const std::string& why) { return {.is_proven = false, .what = why}; }

// Why what the store knows of the task may be later than the run; "" when it is not.
std::string why_not_last(db::Connection& db, const state::TaskRow& row, const UnknownRun& run) {
  const auto known = state::runs_of(db, row.n);
  const auto is_later = [&](const state::RunRow& other) { return other.id > run.id; };
  if (std::ranges::any_of(known, is_later) || row.since > run.begun)
    return "what the store knows of its task may be later";
  return "";
}

// A wrapped command has no handler, and one that is no longer configured tells no rules: one
// attempt.
model::Policy policy_of(const config::Config& config, const std::string& handler) {
  if (const auto* found = config.find_handler(handler)) return found->policy;
  model::Policy policy;
  policy.attempts = 1;
  return policy;
}

bool make_ready(db::Connection& db, state::TaskRow& row, Instant now) {
  if (row.unmet > 0) return false;
  if (row.state != model::State::ready)
    state::change_state(db, row,
                        {model::Cause::rerun, model::State::ready, model::reason::ready, ""}, now);
  return row.key.empty() || state::has_turn(db, row.n);
}

state::RunRow claim(db::Connection& db, const config::Config& config, state::TaskRow& row,
                    const UnknownRun& unknown, const os::ProcessId& owner, Instant now) {
  state::RunRow run;
  run.id = unknown.id;
  run.handler = row.handler;
  run.policy = policy_of(config, row.handler);
  run.host = os::host_name();
  run.supervisor = owner;
  state::start_run(db, row, run, now);
  return run;
}

}  // namespace

std::vector<UnknownRun> unknown_runs(db::Connection& db, const state::Layout& layout) {
  auto ids = os::list_directory(layout.runs());
  std::ranges::sort(ids);
  std::vector<UnknownRun> runs;
  for (const auto& id : ids) {
    if (state::is_run_known(db, id)) continue;
    if (auto run = read_unknown(layout, id)) runs.push_back(std::move(*run));
  }
  return runs;
}

Proof take_in(db::Connection& db, const state::Layout& layout, const config::Config& config,
              const UnknownRun& run, int copies, Instant now) {
  const auto owner = witness_of(layout, run.id);
  if (!owner) return nothing("nothing tells how it ended");
  auto row = state::find_task(db, run.task.name).value();
  if (auto why = why_not_last(db, row, run); !why.empty()) return nothing(why);
  if (!make_ready(db, row, now)) return nothing("its task has to wait for others");
  row.attempts += copies - 1;
  const auto claimed = claim(db, config, row, run, owner->first, now);
  const auto judgement = judge(layout, claimed, owner->second, random_jitter());
  finish(db, config.rules_of(run.task.name.source), judgement, now);
  const auto outcome = std::string(model::to_string(judgement.conclusion.outcome));
  const auto& message = judgement.conclusion.message;
  return {.is_proven = true, .what = message.empty() ? outcome : outcome + ", " + message};
}

// Known since its run began at the latest.
bool make_known(db::Connection& db, const config::Config& config, const UnknownRun& run,
                Instant now) {
  if (state::find_task(db, run.task.name)) return true;
  if (const auto seen = state::find_seen(db, run.task.name); seen && seen->is_done) return false;
  const auto rules = config.rules_of(run.task.name.source);
  admit(db, {rules, config.handlers}, {.task = run.task}, std::min(run.begun, now));
  return state::find_task(db, run.task.name).has_value();
}

}  // namespace cb::flow
