// A store in a directory of its own, and short ways to put tasks and runs into it.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "os/process.h"
#include "state/deps.h"
#include "state/runs.h"
#include "state/store.h"
#include "state/tasks.h"
#include "support/temporary_directory.h"

namespace cb::testing {

using namespace std::chrono_literals;

inline const Instant kNow = from_millis(1'800'000'000'000);  // 2027-01-15T08:00:00.000Z

struct NewTask {
  std::string id;
  std::string source = "board";
  model::State state = model::State::ready;  // held or ready; blocked when `after` is not done
  std::string reason = {};                   // the usual word when empty
  std::string detail = {};
  std::string title = "a title";
  std::string kind = {};
  std::string fields = "{}";
  std::string handler = "work";
  std::string key = {};
  int priority = 3;
  std::optional<Instant> due = {};
  std::optional<Instant> recheck = {};
  std::vector<std::string> after = {};  // ids of the same source
};

inline std::string usual_reason(model::State state) {
  if (state == model::State::held) return std::string(model::reason::held_by_user);
  if (state == model::State::blocked) return std::string(model::reason::waits_for);
  return std::string(model::to_string(state));
}

inline model::Conclusion success() {
  return {.outcome = model::Outcome::succeeded,
          .cause = model::Cause::run_succeeded,
          .state = model::State::succeeded,
          .reason = "succeeded",
          .message = "",
          .wait = {}};
}

inline model::Conclusion failure(const std::string& message = "exit 3") {
  return {.outcome = model::Outcome::failed,
          .cause = model::Cause::run_failed,
          .state = model::State::failed,
          .reason = "failed",
          .message = message,
          .wait = {}};
}

inline model::Conclusion retry_after(Duration wait) {
  return {.outcome = model::Outcome::failed,
          .cause = model::Cause::retry_scheduled,
          .state = model::State::ready,
          .reason = "retry",
          .message = "exit 3",
          .wait = wait};
}

class StoreTest : public ::testing::Test {
 protected:
  db::Connection& db() { return *store.db; }

  // Does `work` in one transaction.
  template <typename Work>
  void write(Work work) {
    db::Transaction transaction(db());
    work();
    transaction.commit();
  }

  state::TaskRow add(const NewTask& given, Instant now = kNow) {
    state::TaskRow row;
    row.task = {.name = {given.source, given.id},
                .title = given.title,
                .kind = given.kind,
                .status = "",
                .due = given.due,
                .priority = given.priority,
                .after = {},
                .fields = given.fields,
                .url = "",
                .version = ""};
    for (const auto& id : given.after) row.task.after.push_back({given.source, id});
    row.unmet = static_cast<int>(state::unmet_of(db(), row.task.after).size());
    const bool waits = given.state == model::State::ready && row.unmet > 0;
    row.state = waits ? model::State::blocked : given.state;
    row.reason = given.reason.empty() ? usual_reason(row.state) : given.reason;
    row.detail = given.detail;
    row.handler = given.handler;
    row.key = given.key;
    row.recheck = given.recheck;
    write([&] {
      state::insert_task(db(), row, now);
      state::set_dependencies(db(), row.n, row.task.after);
    });
    return row;
  }

  state::TaskRow task(const std::string& id, const std::string& source = "board") {
    return state::find_task(db(), {source, id}).value();
  }

  // Starts run `run` of a ready task, as this very process.
  state::RunRow start(const std::string& id, const std::string& run, Instant now = kNow) {
    auto row = task(id);
    state::RunRow fresh;
    fresh.id = run;
    fresh.handler = row.handler;
    fresh.argv = {"work", id};
    fresh.host = os::host_name();
    fresh.supervisor = os::this_process();
    write([&] { state::start_run(db(), row, fresh, now); });
    return fresh;
  }

  state::Finish finish(const std::string& run, const model::Conclusion& conclusion,
                       Instant now = kNow) {
    auto ended = state::find_run(db(), run).value();
    ended.outcome = conclusion.outcome;
    ended.message = conclusion.message;
    auto result = state::Finish::already;
    write([&] { result = state::finish_run(db(), ended, conclusion, now).finish; });
    return result;
  }

  void run_to_end(const std::string& id, const std::string& run,
                  const model::Conclusion& conclusion, Instant now = kNow) {
    start(id, run, now);
    finish(run, conclusion, now);
  }

  void change(const std::string& id, model::Cause cause, model::State to, std::string_view reason,
              Instant now = kNow) {
    auto row = task(id);
    write([&] { state::change_state(db(), row, {cause, to, reason, ""}, now); });
  }

  std::string one_text(const char* sql) {
    auto rows = db().query(sql);
    return rows.next() ? rows.text(0) : "";
  }
  int64_t one_number(const char* sql) {
    auto rows = db().query(sql);
    return rows.next() ? rows.integer(0) : -1;
  }

  TemporaryDirectory directory;
  state::Store store = state::open_store(directory / "state", db::Access::create);
};

}  // namespace cb::testing
