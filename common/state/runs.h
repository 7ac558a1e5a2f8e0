// Runs: one attempt at a task each. Functions that write must be called inside a db::Transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/connection.h"
#include "model/outcome.h"
#include "os/process.h"
#include "state/tasks.h"

namespace cb::state {

struct RunRow {
  std::string id;
  int64_t task = 0;
  int attempt = 1;
  std::string handler;  // "" for a command line's own command
  std::vector<std::string> argv;
  model::Policy policy;
  std::string host;
  os::ProcessId supervisor;  // the cb-exec that made it
  os::Tag tag = 0;           // of its command, and the byte of locks/runs that it holds
  Instant claimed_at;
  std::optional<Instant> ended_at;
  std::optional<model::Outcome> outcome;
  std::optional<int> exit, signal;
  std::string message;
  std::optional<double> cost_usd;
  std::string data;  // JSON text; "" = none
};

// Marks `row` running under `run` (id, handler, argv, policy, host, supervisor, tag given) and
// counts the attempt. Sets run.attempt, run.task, run.claimed_at.
void start_run(db::Connection& db, TaskRow& row, RunRow& run, Instant now);

// Writes how the run ended (outcome, exit, signal, message, cost_usd, data of `run`) and, if it
// still owns its task, `conclusion` with it.
enum class Finish {
  applied,
  superseded,  // it no longer owns its task: recorded as such, nothing else changed
  already,     // it had ended before, or never was: nothing changed
};
struct Finished {
  Finish finish = Finish::already;
  TaskRow row;  // its task as it is now
};
Finished finish_run(db::Connection& db, const RunRow& run, const model::Conclusion& conclusion,
                    Instant now);

std::optional<RunRow> find_run(db::Connection& db, const std::string& id);
std::vector<RunRow> runs_of(db::Connection& db, int64_t task);  // oldest first
std::vector<RunRow> live_runs(db::Connection& db);

}  // namespace cb::state
