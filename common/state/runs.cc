#include "state/runs.h"

#include "state/deps.h"

namespace cb::state {
namespace {

constexpr const char* kRunColumns =
    "id, task, attempt, handler, argv, policy, host, boot, pid, pid_start, tag, claimed_at, "
    "ended_at, outcome, exit, signal, message, cost_usd, data";

std::optional<int> optional_int(const db::Rows& rows, int column) {
  const auto value = rows.optional_integer(column);
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

RunRow read_run(const db::Rows& rows) {
  RunRow run;
  run.id = rows.text(0);
  run.task = rows.integer(1);
  run.attempt = static_cast<int>(rows.integer(2));
  run.handler = rows.text(3);
  run.argv = parse_json(rows.view(4)).get<std::vector<std::string>>();
  run.policy = model::policy_from_json(parse_json(rows.view(5)));
  run.host = rows.text(6);
  run.supervisor = {rows.text(7), static_cast<pid_t>(rows.integer(8)),
                    static_cast<uint64_t>(rows.integer(9))};
  run.tag = static_cast<os::Tag>(rows.integer(10));
  run.claimed_at = from_millis(rows.integer(11));
  if (const auto ended = rows.optional_integer(12)) run.ended_at = from_millis(*ended);
  if (const auto outcome = rows.optional_text(13)) run.outcome = model::parse_outcome(*outcome);
  run.exit = optional_int(rows, 14);
  run.signal = optional_int(rows, 15);
  run.message = rows.text(16);
  if (!rows.is_null(17)) run.cost_usd = rows.real(17);
  run.data = rows.text(18);
  return run;
}

std::vector<RunRow> read_runs(db::Rows rows) {
  std::vector<RunRow> runs;
  while (rows.next()) runs.push_back(read_run(rows));
  return runs;
}

std::string after_text(db::Connection& db, int64_t task) {
  std::string text = "after";
  for (const auto& dependency : dependencies_of(db, task))
    if (!dependency.is_met) text += " " + model::to_string(dependency.name);
  return text;
}

// A person's wish and what the task waits for come before what the run's end alone would mean.
Change change_after(db::Connection& db, const TaskRow& row, const model::Conclusion& conclusion) {
  using model::State;
  if (row.wish == "cancel" && !model::is_final(conclusion.state))
    return {model::Cause::canceled_by_user, State::canceled, model::reason::canceled_by_user,
            row.detail};
  if (conclusion.state == State::ready && row.wish == "hold")
    return {conclusion.cause, State::held, model::reason::held_by_user, conclusion.message};
  if (conclusion.state == State::ready && row.unmet > 0)
    return {conclusion.cause, State::blocked, model::reason::waits_for, after_text(db, row.n)};
  return {conclusion.cause, conclusion.state, conclusion.reason, conclusion.message};
}

struct Stored {
  int64_t task = 0;  // 0: there is no such run
  bool is_live = false;
};

Stored read_stored(db::Connection& db, const std::string& id) {
  auto rows = db.query("SELECT task, ended_at IS NULL FROM runs WHERE id = $1", id);
  if (!rows.next()) return {};
  return {rows.integer(0), rows.integer(1) != 0};
}

// Most runs follow one of a few policies, and making the text costs as much as storing the run.
const std::string& policy_text(const model::Policy& policy) {
  static std::optional<model::Policy> last;
  static std::string text;
  if (last != policy) {
    text = to_line(model::to_json(policy));
    last = policy;
  }
  return text;
}

void end_run(db::Connection& db, const RunRow& run, model::Outcome outcome, Instant now) {
  db.run(
      "UPDATE runs SET ended_at = $2, outcome = $3, exit = $4, signal = $5, message = $6, "
      "cost_usd = $7, data = $8 WHERE id = $1",
      run.id, now, model::to_string(outcome), run.exit, run.signal, run.message, run.cost_usd,
      run.data.empty() ? db::Value(nullptr) : db::Value(run.data));
}

}  // namespace

void start_run(db::Connection& db, TaskRow& row, RunRow& run, Instant now) {
  row.attempts += 1;
  row.run = run.id;
  row.not_before.reset();
  row.recheck.reset();
  run.task = row.n;
  run.attempt = row.attempts;
  run.claimed_at = now;
  db.run(
      "INSERT INTO runs (id, task, attempt, handler, argv, policy, host, boot, pid, pid_start, "
      "tag, "
      "claimed_at, message) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '')",
      run.id, run.task, run.attempt, run.handler, to_line(Json(run.argv)), policy_text(run.policy),
      run.host, run.supervisor.boot, run.supervisor.pid, run.supervisor.start, run.tag, now);
  change_state(
      db, row,
      {model::Cause::claimed, model::State::running, model::reason::running,
       "run " + run.id + " on " + run.host + ", pid " + std::to_string(run.supervisor.pid)},
      now);
}

Finished finish_run(db::Connection& db, const RunRow& run, const model::Conclusion& conclusion,
                    Instant now) {
  const auto stored = read_stored(db, run.id);
  if (stored.task == 0) return {};
  Finished finished{Finish::already, get_task(db, stored.task)};
  if (!stored.is_live) return finished;
  auto& row = finished.row;
  if (row.state != model::State::running || row.run != run.id) {
    end_run(db, run, model::Outcome::superseded, now);
    finished.finish = Finish::superseded;
    return finished;
  }
  end_run(db, run, conclusion.outcome, now);
  const auto change = change_after(db, row, conclusion);
  row.run.clear();
  row.wish.clear();
  if (!conclusion.counts_attempt) row.attempts -= 1;
  if (change.to == model::State::ready && conclusion.wait) row.not_before = now + *conclusion.wait;
  change_state(db, row, change, now);
  finished.finish = Finish::applied;
  return finished;
}

std::optional<RunRow> find_run(db::Connection& db, const std::string& id) {
  static const auto sql = std::string("SELECT ") + kRunColumns + " FROM runs WHERE id = $1";
  auto rows = db.query(sql.c_str(), id);
  if (!rows.next()) return std::nullopt;
  return read_run(rows);
}

std::vector<RunRow> runs_of(db::Connection& db, int64_t task) {
  static const auto sql =
      std::string("SELECT ") + kRunColumns + " FROM runs WHERE task = $1 ORDER BY id";
  return read_runs(db.query(sql.c_str(), task));
}

std::vector<RunRow> live_runs(db::Connection& db) {
  if (!db.query("SELECT 1 FROM runs WHERE ended_at IS NULL LIMIT 1").next()) return {};
  static const auto sql =
      std::string("SELECT ") + kRunColumns + " FROM runs WHERE ended_at IS NULL ORDER BY id";
  return read_runs(db.query(sql.c_str()));
}

}  // namespace cb::state
