#include "retention.h"

#include <algorithm>

#include "model/keep.h"
#include "os/lock.h"
#include "state/keep.h"
#include "state/outbox.h"
#include "state/runs.h"
#include "state/sources.h"

namespace cb::reconcile {
namespace {

constexpr int kRetentionBatch = 200;
constexpr model::State kFinal[] = {model::State::succeeded, model::State::failed,
                                   model::State::canceled};

bool is_alive(const Job& job, os::Tag tag) {
  return os::is_byte_locked(job.store.layout.run_locks(), static_cast<int64_t>(tag));
}

model::Keepable keepable(const Job& job, const state::TaskRow& row) {
  const auto rules = job.config.rules_of(row.task.name.source);
  const auto runs = state::runs_of(*job.store.db, row.n);
  return {.state = row.state,
          .since = row.since,
          .has_upstream = rules.has_upstream,
          .upstream = model::meaning_of(row.task.status, rules),
          .is_gone = row.missed >= 2,
          .is_owed = state::next_owed_of(*job.store.db, row.n).has_value(),
          .is_alive = std::any_of(runs.begin(), runs.end(),
                                  [&](const auto& run) { return is_alive(job, run.tag); })};
}

Record forgotten(const state::TaskRow& row, Duration age) {
  return {.kind = Record::Kind::cleaning,
          .task = model::to_string(row.task.name),
          .local = std::string(model::to_string(row.state)),
          .action = "forget",
          .reason =
              std::string(model::to_string(row.state)) + " for more than " + format_duration(age)};
}

void tell(const Job& job, std::vector<Record> records) {
  for (auto& record : records) record.done = !job.only_reports();
  job.add(records);
}

// In short transactions: others wait for the gate.
void forget_tasks(const Job& job, model::State state, Duration age) {
  int64_t last = 0;
  for (;;) {
    std::vector<Record> records;
    const auto now = job.now();
    const auto old = state::settled_before(*job.store.db, state, now - age, last, kRetentionBatch);
    if (old.empty()) return;
    last = old.back();
    job.change([&](auto& db) {
      for (const auto n : old) {
        if (!state::is_task_known(db, n)) continue;
        const auto row = state::get_task(db, n);
        if (!model::is_forgettable(keepable(job, row), age, now)) continue;
        state::forget_task(db, row, now);
        records.push_back(forgotten(row, age));
      }
    });
    tell(job, std::move(records));
  }
}

void forget_runs_of(const Job& job, db::Connection& db, int64_t n, std::vector<Record>& records) {
  if (!state::is_task_known(db, n)) return;
  const auto row = state::get_task(db, n);
  for (const auto& run : state::old_runs(db, n, job.config.keep.runs)) {
    if (is_alive(job, run.tag)) continue;
    state::forget_run(db, run.id);
    records.push_back({.kind = Record::Kind::cleaning,
                       .task = model::to_string(row.task.name),
                       .local = std::string(model::to_string(row.state)),
                       .action = "forget_run",
                       .reason = "run " + run.id + ": " + std::to_string(job.config.keep.runs) +
                                 " newer ones are kept"});
  }
}

void forget_runs(const Job& job) {
  int64_t last = 0;
  for (;;) {
    std::vector<Record> records;
    const auto tasks =
        state::tasks_with_runs(*job.store.db, job.config.keep.runs, last, kRetentionBatch);
    if (tasks.empty()) return;
    last = tasks.back();
    job.change([&](auto& db) {
      for (const auto n : tasks) forget_runs_of(job, db, n, records);
    });
    tell(job, std::move(records));
  }
}

}  // namespace

void forget_old(const Job& job) {
  for (const auto state : kFinal) {
    const auto age = job.config.keep.states.find(std::string(model::to_string(state)));
    if (age != job.config.keep.states.end()) forget_tasks(job, state, age->second);
  }
  forget_runs(job);
}

}  // namespace cb::reconcile
