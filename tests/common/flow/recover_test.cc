#include "flow/recover.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "common/flow/flow_fixture.h"
#include "os/lock.h"
#include "support/forked.h"

namespace cb::flow {
namespace {

using model::Outcome;
using model::State;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RecoverTest : public FlowTest {
 protected:
  // A process that was here and is gone.
  static os::ProcessId dead_process() {
    auto dead = os::this_process();
    cb::testing::Forked child([](const auto&) { return 0; });
    dead.pid = child.pid();
    child.wait();
    return dead;
  }

  state::RunRow run_under(const os::ProcessId& supervisor, const std::string& id = "1") {
    add({.id = id});
    auto row = task(id);
    state::RunRow run;
    run.id = "run-" + id;
    run.handler = "work";
    run.argv = {"work"};
    run.host = os::host_name();
    run.supervisor = supervisor;
    run.tag = os::new_tag();
    write([&] { state::start_run(db(), row, run, now); });
    std::filesystem::create_directories(store.layout.run(run.id));
    return run;
  }
  void start_command(const state::RunRow& run) {
    std::ofstream(store.layout.log(run.id)) << "output";
  }
  // As its cb-exec did.
  void keep_end(const state::RunRow& run, const ProcessEnd& end, os::Sync sync) {
    const auto& layout = store.layout;
    Ends(layout).keep(run.id, end, sync);
    std::filesystem::rename(layout.ends_of(os::this_process()), layout.ends_of(run.supervisor));
  }
  Outcome outcome(const std::string& id = "1") {
    return state::find_run(db(), "run-" + id)->outcome.value();
  }
  Recovery recover() { return flow::recover(store, config, now); }

  const config::Config config;
};

TEST_F(RecoverTest, ACommandWhoseCbExecDiedHasCrashed) {
  start_command(run_under(dead_process()));

  const auto recovery = recover();

  ASSERT_THAT(recovery.ended, SizeIs(1));
  EXPECT_EQ(outcome(), Outcome::crashed);
  EXPECT_EQ(task("1").state, State::ready);
  EXPECT_EQ(task("1").attempts, 1);
  EXPECT_THAT(recovery.ended[0].run.message, HasSubstr("died while it ran"));
  EXPECT_THAT(recover().ended, IsEmpty());
}

TEST_F(RecoverTest, ACommandThatWasNeverStartedGivesItsAttemptBack) {
  run_under(dead_process());

  recover();

  EXPECT_EQ(outcome(), Outcome::interrupted);
  EXPECT_EQ(task("1").attempts, 0);
}

TEST_F(RecoverTest, AnEndThatWasKeptIsBelieved) {
  const auto run = run_under(dead_process());
  start_command(run);
  keep_end(run, {.exit = 0}, os::Sync::none);

  recover();

  EXPECT_EQ(outcome(), Outcome::succeeded);
  EXPECT_EQ(task("1").state, State::succeeded);
}

TEST_F(RecoverTest, WhatWasKeptGoesWithTheLastRunOfItsCbExec) {
  const auto owner = dead_process();
  const auto ended = run_under(owner, "1"), living = run_under(owner, "2");
  keep_end(ended, {.exit = 0}, os::Sync::none);
  auto lock = os::ByteLock::try_take(store.layout.run_locks(), static_cast<int64_t>(living.tag));

  recover();
  EXPECT_TRUE(os::exists(store.layout.ends_of(owner)));

  lock.reset();
  recover();
  EXPECT_FALSE(os::exists(store.layout.ends_of(owner)));
}

TEST_F(RecoverTest, AfterARestartOfTheMachineAnEndThatWasNotSyncedIsNotBelieved) {
  auto supervisor = dead_process();
  supervisor.boot = "another boot";
  const auto run = run_under(supervisor);
  keep_end(run, {.exit = 0}, os::Sync::none);

  recover();

  EXPECT_EQ(outcome(), Outcome::crashed) << "what the command left may be torn";
}

TEST_F(RecoverTest, AfterARestartOfTheMachineASyncedEndIsBelieved) {
  auto supervisor = dead_process();
  supervisor.boot = "another boot";
  const auto run = run_under(supervisor);
  keep_end(run, {.exit = 0}, os::Sync::file);

  recover();

  EXPECT_EQ(outcome(), Outcome::succeeded);
}

TEST_F(RecoverTest, ATornEndIsACrash) {
  const auto run = run_under(dead_process());
  start_command(run);
  keep_end(run, {.exit = 0}, os::Sync::none);
  const auto file = store.layout.ends_of(run.supervisor);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);

  recover();

  EXPECT_EQ(outcome(), Outcome::crashed);
}

TEST_F(RecoverTest, ARestartOfTheMachineProvesDeath) {
  auto supervisor = os::this_process();
  supervisor.boot = "another boot";
  const auto run = run_under(supervisor);

  const auto recovery = recover();

  EXPECT_EQ(outcome(), Outcome::crashed) << "the log may not have reached the disk";
  EXPECT_THAT(recovery.ended.at(0).run.message, HasSubstr("the machine was restarted"));
}

TEST_F(RecoverTest, APidThatWasUsedAgainIsNotTheSameProcess) {
  auto supervisor = os::this_process();
  supervisor.start += 1;
  start_command(run_under(supervisor));

  EXPECT_THAT(recover().ended, SizeIs(1));
}

TEST_F(RecoverTest, ALiveLockMeansThatTheCommandLives) {
  const auto run = run_under(dead_process());
  start_command(run);
  auto lock = os::ByteLock::try_take(store.layout.run_locks(), static_cast<int64_t>(run.tag));

  const auto recovery = recover();

  EXPECT_THAT(recovery.ended, IsEmpty());
  ASSERT_THAT(recovery.orphans, SizeIs(1));
  EXPECT_EQ(recovery.orphans[0].id, run.id);
  EXPECT_EQ(task("1").state, State::running);

  lock.reset();
  EXPECT_THAT(recover().ended, SizeIs(1));
}

TEST_F(RecoverTest, RunsOfALiveCbExecAreLeftAlone) {
  cb::testing::Forked other([&](const auto& ready) {
    std::ofstream(directory / "start") << os::this_process().start;
    ready();
    pause();
    return 0;
  });
  run_under(os::this_process(), "mine");
  auto theirs = os::this_process();
  theirs.pid = other.pid();
  std::ifstream(directory / "start") >> theirs.start;
  run_under(theirs, "theirs");

  const auto recovery = recover();

  EXPECT_THAT(recovery.ended, IsEmpty());
  EXPECT_THAT(recovery.orphans, IsEmpty());
}

TEST_F(RecoverTest, WhatUpstreamIsToBeToldIsOwed) {
  const auto board = config::parse(
      R"({"sources": {"board": {"upstream": "file",
          "statuses": {"ready": "a", "running": "b", "succeeded": "c", "failed": "d"}}}})",
      "/c.json", "/", "/");
  const auto run = run_under(dead_process());
  start_command(run);
  keep_end(run, {.exit = 64}, os::Sync::none);
  auto row = task("1");
  row.task.status = "b";
  write([&] { state::update_content(db(), row); });

  flow::recover(store, board, now);

  EXPECT_EQ(owed("1").back(), "set_status d");
}

TEST_F(RecoverTest, APersonsWishIsFulfilled) {
  start_command(run_under(dead_process()));
  auto row = task("1");
  row.wish = "cancel";
  write([&] { state::update_notes(db(), row); });

  recover();

  EXPECT_EQ(task("1").state, State::canceled);
}

}  // namespace
}  // namespace cb::flow
