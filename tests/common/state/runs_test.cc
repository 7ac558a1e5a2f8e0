#include "state/runs.h"

#include <gmock/gmock.h>

#include "state/events.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using model::Outcome;
using model::State;
using ::testing::ElementsAre;
using testing::kNow;
using namespace std::chrono_literals;

class Runs : public testing::StoreTest {
 protected:
  void wish(const std::string& id, const std::string& word) {
    auto row = task(id);
    row.wish = word;
    write([&] { update_notes(db(), row); });
  }
};

TEST_F(Runs, AreReadAsTheyWereWritten) {
  add({.id = "a"});
  auto row = task("a");
  RunRow run;
  run.id = "r1";
  run.handler = "work";
  run.argv = {"write", "--to", "x y", ""};
  run.policy.timeout = 90s;
  run.policy.artifacts = {"*.md"};
  run.host = "here";
  run.supervisor = {"boot", 42, 18446744073709551615u};
  run.tag = 1u << 30;

  write([&] { start_run(db(), row, run, kNow); });
  const auto read = find_run(db(), "r1").value();

  EXPECT_EQ(read.task, row.n);
  EXPECT_EQ(read.argv, run.argv);
  EXPECT_EQ(read.policy, run.policy);
  EXPECT_EQ(read.supervisor, run.supervisor);
  EXPECT_EQ(read.tag, run.tag);
  EXPECT_EQ(read.claimed_at, kNow);
  EXPECT_EQ(read.ended_at, std::nullopt);
  EXPECT_EQ(read.outcome, std::nullopt);
  EXPECT_EQ(read.exit, std::nullopt);
}

TEST_F(Runs, EndIsReadAsItWasWritten) {
  add({.id = "a"});
  auto run = start("a", "r1");
  run.exit = 0;
  run.cost_usd = 0.31;
  run.data = R"({"a":1})";

  write([&] { finish_run(db(), run, testing::success(), kNow + 2s); });
  const auto read = find_run(db(), "r1").value();

  EXPECT_EQ(read.outcome, Outcome::succeeded);
  EXPECT_EQ(read.ended_at, kNow + 2s);
  EXPECT_EQ(read.exit, 0);
  EXPECT_EQ(read.signal, std::nullopt);
  EXPECT_EQ(read.cost_usd, 0.31);
  EXPECT_EQ(read.data, R"({"a":1})");
}

TEST_F(Runs, StartMarksTheTaskAndCountsTheAttempt) {
  add({.id = "a"});

  const auto run = start("a", "r1", kNow + 1s);

  EXPECT_EQ(run.attempt, 1);
  EXPECT_EQ(task("a").state, State::running);
  EXPECT_EQ(task("a").run, "r1");
  EXPECT_EQ(task("a").attempts, 1);
  EXPECT_EQ(live_runs(db()).size(), 1u);
}

TEST_F(Runs, RunningTaskCannotBeStartedAgain) {
  add({.id = "a"});
  start("a", "r1");

  EXPECT_THROW(start("a", "r2"), Error);
  EXPECT_FALSE(find_run(db(), "r2"));
}

TEST_F(Runs, SecondCallerWithAnOldRowIsRefused) {
  add({.id = "a"});
  auto stale = task("a");
  start("a", "r1");
  RunRow second;
  second.id = "r2";

  EXPECT_THROW(write([&] { start_run(db(), stale, second, kNow); }), Error);
  EXPECT_EQ(task("a").run, "r1");
}

TEST_F(Runs, EndedRunIsNotEndedTwice) {
  add({.id = "a"});
  start("a", "r1");

  EXPECT_EQ(finish("r1", testing::success()), Finish::applied);
  EXPECT_EQ(finish("r1", testing::failure()), Finish::already);
  EXPECT_EQ(task("a").state, State::succeeded);
  EXPECT_EQ(find_run(db(), "r1")->outcome, Outcome::succeeded);
}

TEST_F(Runs, RunThatLostItsTaskIsRecordedAndNotApplied) {
  add({.id = "a"});
  start("a", "r1");
  auto row = task("a");
  row.run.clear();
  write([&] {
    change_state(db(), row, {model::Cause::interrupted, State::ready, "interrupted", ""}, kNow);
  });
  start("a", "r2");

  EXPECT_EQ(finish("r1", testing::success()), Finish::superseded);
  EXPECT_EQ(find_run(db(), "r1")->outcome, Outcome::superseded);
  EXPECT_EQ(task("a").state, State::running);
  EXPECT_EQ(task("a").run, "r2");
}

TEST_F(Runs, UnknownRunChangesNothing) {
  RunRow run;
  run.id = "never";

  auto result = Finish::applied;
  write([&] { result = finish_run(db(), run, testing::success(), kNow).finish; });

  EXPECT_EQ(result, Finish::already);
}

TEST_F(Runs, RetryWaitsAndKeepsTheCount) {
  add({.id = "a"});

  run_to_end("a", "r1", testing::retry_after(15s));

  EXPECT_EQ(task("a").state, State::ready);
  EXPECT_EQ(task("a").reason, "retry");
  EXPECT_EQ(task("a").not_before, kNow + 15s);
  EXPECT_EQ(task("a").attempts, 1);
}

TEST_F(Runs, InterruptedOneGivesItsAttemptBack) {
  add({.id = "a"});
  auto interrupted = testing::retry_after(0s);
  interrupted.outcome = Outcome::interrupted;
  interrupted.cause = model::Cause::interrupted;
  interrupted.reason = "interrupted";
  interrupted.counts_attempt = false;

  run_to_end("a", "r1", interrupted);

  EXPECT_EQ(task("a").attempts, 0);
  write([&] { wake_waiting(db(), kNow); });
  EXPECT_EQ(start("a", "r2").attempt, 1);
}

TEST_F(Runs, WishToHoldIsHeardAtTheEnd) {
  add({.id = "a"});
  start("a", "r1");
  wish("a", "hold");

  finish("r1", testing::retry_after(15s));

  EXPECT_EQ(task("a").state, State::held);
  EXPECT_EQ(task("a").reason, "held_by_user");
  EXPECT_EQ(task("a").not_before, std::nullopt);
  EXPECT_EQ(task("a").wish, "");
}

TEST_F(Runs, WishToCancelIsHeardAtTheEnd) {
  add({.id = "a"});
  start("a", "r1");
  wish("a", "cancel");

  finish("r1", testing::retry_after(15s));

  EXPECT_EQ(task("a").state, State::canceled);
  EXPECT_EQ(find_run(db(), "r1")->outcome, Outcome::failed);
}

TEST_F(Runs, WhatIsFinishedCannotBeWishedAway) {
  for (const auto* word : {"hold", "cancel"}) {
    add({.id = word});
    start(word, std::string("run-") + word);
    wish(word, word);

    finish(std::string("run-") + word, testing::success());

    EXPECT_EQ(task(word).state, State::succeeded) << word;
  }
}

TEST_F(Runs, EventsCarryTheRun) {
  const auto row = add({.id = "a"});
  run_to_end("a", "r1", testing::success());

  std::vector<std::string> runs;
  read_events(db(), 0, row.n, 10, [&](const Event& event) { runs.push_back(event.run); });

  EXPECT_THAT(runs, ElementsAre("", "r1", "r1"));
}

TEST_F(Runs, AreListedOldestFirst) {
  const auto row = add({.id = "a"});
  run_to_end("a", "01A", testing::retry_after(0s));
  write([&] { wake_waiting(db(), kNow); });
  run_to_end("a", "01B", testing::success());

  std::vector<std::string> ids;
  for (const auto& run : runs_of(db(), row.n)) ids.push_back(run.id);

  EXPECT_THAT(ids, ElementsAre("01A", "01B"));
  EXPECT_TRUE(live_runs(db()).empty());
}

}  // namespace
}  // namespace cb::state
