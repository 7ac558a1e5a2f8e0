#include "flow/unknown_runs.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "common/flow/flow_fixture.h"
#include "flow/ends.h"
#include "os/clock.h"
#include "os/file.h"
#include "support/forked.h"

namespace cb::flow {
namespace {

using model::Outcome;
using model::State;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class UnknownRunsTest : public FlowTest {
 protected:
  UnknownRunsTest() { now = os::system_now(); }

  static os::ProcessId gone() {
    auto dead = os::this_process();
    cb::testing::Forked child([](const auto&) { return 0; });
    dead.pid = child.pid();
    child.wait();
    return dead;
  }
  // What a run of `task` leaves.
  void leave(const std::string& run, const std::string& task) const {
    os::make_directories(store.layout.artifacts(run));
    os::write_file(store.layout.task_file(run), to_line(model::to_json(upstream(task, "to do"))));
  }
  void keep(const std::string& run, const ProcessEnd& end, os::Sync sync = os::Sync::none,
            const os::ProcessId& owner = gone()) const {
    Ends(store.layout).keep(run, end, sync);
    std::filesystem::rename(store.layout.ends_of(os::this_process()), store.layout.ends_of(owner));
  }
  Proof take(const std::string& run, int copies = 1) {
    Proof proof;
    for (const auto& unknown : unknown_runs(db(), store.layout)) {
      if (unknown.id != run) continue;
      write([&] {
        EXPECT_TRUE(make_known(db(), config, unknown, now));
        proof = take_in(db(), store.layout, config, unknown, copies, now);
      });
    }
    return proof;
  }
  Instant long_ago() const { return now - std::chrono::hours(1); }

  config::Config config;
};

TEST_F(UnknownRunsTest, OneWhoseEndWasKeptIsConcluded) {
  add({.id = "1"}, long_ago());
  leave("run-1", "1");
  keep("run-1", {.exit = 0});

  const auto proof = take("run-1");

  EXPECT_TRUE(proof.is_proven) << proof.what;
  EXPECT_EQ(proof.what, "succeeded");
  EXPECT_EQ(task("1").state, State::succeeded);
  EXPECT_EQ(state::find_run(db(), "run-1")->outcome, Outcome::succeeded);
  EXPECT_THAT(unknown_runs(db(), store.layout), IsEmpty());
}

TEST_F(UnknownRunsTest, AFailureCountsTheAttemptsThatNobodyKnows) {
  add({.id = "1"}, long_ago());
  leave("run-1", "1");
  leave("run-2", "1");
  keep("run-2", {.exit = 3});

  const auto proof = take("run-2", 2);

  EXPECT_TRUE(proof.is_proven) << proof.what;
  EXPECT_EQ(task("1").attempts, 2);
  EXPECT_EQ(state::find_run(db(), "run-2")->outcome, Outcome::failed);
}

TEST_F(UnknownRunsTest, WithoutAnEndNothingIsProven) {
  add({.id = "1"}, long_ago());
  leave("run-1", "1");

  const auto proof = take("run-1");

  EXPECT_FALSE(proof.is_proven);
  EXPECT_EQ(task("1").state, State::ready);
  EXPECT_FALSE(state::find_run(db(), "run-1"));
}

TEST_F(UnknownRunsTest, AfterARestartOfTheMachineOnlyWhatWasSyncedCounts) {
  auto owner = os::this_process();
  owner.boot = "01234567-another";
  add({.id = "1"}, long_ago());
  add({.id = "2"}, long_ago());
  leave("run-1", "1");
  leave("run-2", "2");
  Ends ends(store.layout);
  ends.keep("run-1", {.exit = 0}, os::Sync::none);
  ends.keep("run-2", {.exit = 0}, os::Sync::file);
  std::filesystem::rename(store.layout.ends_of(os::this_process()), store.layout.ends_of(owner));

  EXPECT_FALSE(take("run-1").is_proven);
  EXPECT_TRUE(take("run-2").is_proven);
}

TEST_F(UnknownRunsTest, WhatTheStoreKnowsOfALaterMomentIsNotOverruled) {
  add({.id = "1"}, long_ago());
  leave("run-1", "1");
  keep("run-1", {.exit = 0});
  run_to_end("1", "run-2", cb::testing::retry_after(std::chrono::seconds(1)), now);
  add({.id = "2"}, now + std::chrono::hours(1));  // its state is younger than the run
  leave("run-0", "2");
  keep("run-0", {.exit = 0});

  EXPECT_THAT(take("run-1").what, HasSubstr("may be later"));
  EXPECT_THAT(take("run-0").what, HasSubstr("may be later"));
  EXPECT_EQ(task("1").state, State::ready);
  EXPECT_EQ(task("2").state, State::ready);
}

TEST_F(UnknownRunsTest, ATaskThatTheStoreDoesNotKnowIsMadeOfTheRunsCopy) {
  leave("run-1", "new");
  keep("run-1", {.exit = 0});
  config.handlers.push_back({.name = "work", .run = {"true"}});

  const auto proof = take("run-1");

  EXPECT_TRUE(proof.is_proven) << proof.what;
  EXPECT_EQ(task("new").state, State::succeeded);
}

TEST_F(UnknownRunsTest, ATaskThatIsRememberedAsDoneStaysForgotten) {
  leave("run-1", "old");
  write([&] { state::remember(db(), {"board", "old"}, 7, {.is_done = true, .version = ""}, now); });
  const auto runs = unknown_runs(db(), store.layout);

  ASSERT_THAT(runs, SizeIs(1));
  write([&] { EXPECT_FALSE(make_known(db(), config, runs[0], now)); });
}

TEST_F(UnknownRunsTest, ADirectoryWithoutItsTaskIsNone) {
  os::make_directories(store.layout.run("run-1"));
  leave("run-2", "1");
  os::write_file(store.layout.task_file("run-2"), R"({"id":"1","sou)");

  EXPECT_THAT(unknown_runs(db(), store.layout), IsEmpty());
}

}  // namespace
}  // namespace cb::flow
