#include "act.h"

#include <gmock/gmock.h>

#include "state/events.h"
#include "state/files.h"
#include "state/outbox.h"
#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::task {
namespace {

using cb::testing::failure;
using cb::testing::kNow;
using cb::testing::retry_after;
using cb::testing::success;
using model::State;
using ::testing::HasSubstr;
using Kind = Acted::Kind;
using namespace std::chrono_literals;

class ActTest : public cb::testing::StoreTest {
 protected:
  Acted act(Command command, const std::string& id) {
    options.command = command;
    auto row = task(id);
    Acted acted;
    write([&] { acted = cb::task::act(db(), {rules, handlers}, options, row, kNow + 1min); });
    return acted;
  }
  Kind kind_of(Command command, const std::string& id) { return act(command, id).kind; }

  state::Event last_event() {
    state::Event last;
    state::read_events(db(), 0, 0, 1000, [&](const auto& event) { last = event; });
    return last;
  }

  void owe(const std::string& id) {
    state::Owed owed;
    owed.op = "op-" + id;
    owed.task = task(id).n;
    owed.kind = state::Owed::Kind::comment;
    owed.text = "hello";
    write([&] { state::owe(db(), owed, kNow); });
  }

  model::SourceRules rules = {.name = "board"};
  std::vector<model::Handler> handlers = {{.name = "work", .run = {"true"}}};
  Options options = {.reason = "as I say"};
};

TEST_F(ActTest, AForgottenTaskGivesUpTheFileThatItHadNotUsed) {
  add({.id = "1"});
  state::FileRow file;
  file.watch = "inbox";
  file.name = "a.xlsx";
  file.content = "1";
  file.path = "/in/a.xlsx";
  file.stage = state::FileStage::given;
  file.task = task("1").n;
  write([&] { state::insert_file(db(), file); });

  EXPECT_EQ(kind_of(Command::forget, "1"), Kind::done);

  EXPECT_EQ(state::get_file(db(), file.n)->stage, state::FileStage::unmatched);
}

TEST_F(ActTest, RetryOfATaskThatWaitsForAFileStillWaitsAndRunsOnceItHasIt) {
  handlers[0].needs_file = "inbox";
  add({.id = "1", .state = State::held, .reason = "waiting_for_file"});
  act(Command::retry, "1");
  EXPECT_EQ(task("1").reason, "waiting_for_file");
  state::FileRow file;
  file.watch = "inbox";
  file.name = file.path = "/in/a.xlsx";
  file.content = "1";
  file.stage = state::FileStage::given;
  file.task = task("1").n;
  write([&] { state::insert_file(db(), file); });

  act(Command::retry, "1");

  EXPECT_EQ(task("1").state, State::ready);
}

TEST_F(ActTest, HoldKeepsAnOpenTaskWithTheReason) {
  add({.id = "1"});

  EXPECT_EQ(kind_of(Command::hold, "1"), Kind::done);

  EXPECT_EQ(task("1").state, State::held);
  EXPECT_EQ(task("1").reason, model::reason::held_by_user);
  EXPECT_EQ(last_event().detail, "as I say");
}

TEST_F(ActTest, HoldEndsTheWaitForARetry) {
  add({.id = "1"});
  run_to_end("1", "r1", retry_after(1h));

  act(Command::hold, "1");

  EXPECT_FALSE(task("1").not_before);
}

TEST_F(ActTest, HoldOfARunningTaskIsAWishWithAnEvent) {
  add({.id = "1"});
  start("1", "r1");

  EXPECT_THAT(act(Command::hold, "1").line, HasSubstr("held once its run ends"));

  EXPECT_EQ(task("1").wish, "hold");
  EXPECT_EQ(last_event().cause, model::Cause::held_by_user);
  EXPECT_EQ(last_event().after, State::running);
  EXPECT_EQ(last_event().detail, "as I say");
  finish("r1", retry_after(1h));
  EXPECT_EQ(task("1").reason, model::reason::held_by_user);
}

TEST_F(ActTest, WhatHasEndedCannotBeHeld) {
  add({.id = "1"});
  run_to_end("1", "r1", success());

  const auto acted = act(Command::hold, "1");

  EXPECT_EQ(acted.kind, Kind::refused);
  EXPECT_EQ(acted.line, "is already succeeded");
}

TEST_F(ActTest, HoldTwiceIsDoneOnce) {
  add({.id = "1"});
  act(Command::hold, "1");
  const auto seq = state::newest_event(db());

  EXPECT_EQ(kind_of(Command::hold, "1"), Kind::done);
  EXPECT_EQ(state::newest_event(db()), seq);
}

TEST_F(ActTest, ReleaseJudgesAHeldTaskByTheRules) {
  add({.id = "1"});
  act(Command::hold, "1");

  EXPECT_EQ(kind_of(Command::release, "1"), Kind::done);

  EXPECT_EQ(task("1").state, State::ready);
  EXPECT_EQ(last_event().cause, model::Cause::released_by_user);
  EXPECT_EQ(last_event().detail, "as I say");
}

TEST_F(ActTest, ReleaseMayFindAnotherReasonToHold) {
  add({.id = "1"});
  act(Command::hold, "1");
  handlers.clear();

  EXPECT_EQ(kind_of(Command::release, "1"), Kind::done);

  EXPECT_EQ(task("1").reason, model::reason::no_handler);
  EXPECT_EQ(task("1").detail, "the task has no kind");
  EXPECT_EQ(last_event().detail, "the task has no kind; as I say");
}

TEST_F(ActTest, ReleaseJudgesAgainWhatNoPersonHeld) {
  add({.id = "1", .state = State::held, .reason = "no_handler", .handler = ""});

  EXPECT_THAT(act(Command::release, "1").line, HasSubstr("judged again"));

  EXPECT_EQ(task("1").state, State::ready);
}

TEST_F(ActTest, ReleaseDoesNotOpenACycle) {
  add({.id = "1", .state = State::held, .reason = "dependency_cycle", .detail = "a -> b -> a"});

  EXPECT_EQ(kind_of(Command::release, "1"), Kind::refused);
  EXPECT_EQ(kind_of(Command::retry, "1"), Kind::refused);
}

TEST_F(ActTest, ReleaseTakesTheWishBack) {
  add({.id = "1"});
  start("1", "r1");
  EXPECT_EQ(kind_of(Command::release, "1"), Kind::refused);
  act(Command::hold, "1");

  EXPECT_EQ(kind_of(Command::release, "1"), Kind::done);

  EXPECT_EQ(task("1").wish, "");
}

TEST_F(ActTest, OnlyHeldTasksAreReleased) {
  add({.id = "1"});

  EXPECT_EQ(act(Command::release, "1").line, "is not held but ready");
}

TEST_F(ActTest, CancelEndsOpenAndFailedTasks) {
  add({.id = "1"});
  add({.id = "2"});
  run_to_end("2", "r2", failure());

  EXPECT_EQ(kind_of(Command::cancel, "1"), Kind::done);
  EXPECT_EQ(kind_of(Command::cancel, "2"), Kind::done);

  EXPECT_EQ(task("1").state, State::canceled);
  EXPECT_EQ(task("1").reason, model::reason::canceled_by_user);
  EXPECT_EQ(task("2").state, State::canceled);
}

TEST_F(ActTest, CancelOfARunningTaskIsAWish) {
  add({.id = "1"});
  start("1", "r1");
  act(Command::hold, "1");

  EXPECT_EQ(kind_of(Command::cancel, "1"), Kind::done);

  EXPECT_EQ(task("1").wish, "cancel");
  EXPECT_EQ(kind_of(Command::hold, "1"), Kind::refused);
  EXPECT_EQ(kind_of(Command::release, "1"), Kind::refused);
}

TEST_F(ActTest, WhatSucceededCannotBeCanceled) {
  add({.id = "1"});
  run_to_end("1", "r1", success());

  EXPECT_EQ(kind_of(Command::cancel, "1"), Kind::refused);
}

TEST_F(ActTest, RetryStartsAnewWithAllAttempts) {
  add({.id = "failed"});
  run_to_end("failed", "r1", failure());
  add({.id = "done"});
  run_to_end("done", "r2", success());
  add({.id = "waiting"});
  run_to_end("waiting", "r3", retry_after(1h));
  add({.id = "held"});
  act(Command::hold, "held");
  add({.id = "canceled"});
  act(Command::cancel, "canceled");

  for (const char* id : {"failed", "done", "waiting", "held", "canceled"}) {
    EXPECT_EQ(kind_of(Command::retry, id), Kind::done) << id;
    EXPECT_EQ(task(id).state, State::ready) << id;
    EXPECT_EQ(task(id).reason, model::reason::ready) << id;
    EXPECT_EQ(task(id).attempts, 0) << id;
    EXPECT_FALSE(task(id).not_before) << id;
    EXPECT_EQ(last_event().cause, model::Cause::retried_by_user) << id;
  }
}

TEST_F(ActTest, RetryBlocksAgainThoseThatWaitedForIt) {
  add({.id = "1"});
  add({.id = "2", .after = {"1"}});
  run_to_end("1", "r1", success());
  EXPECT_EQ(task("2").state, State::ready);

  act(Command::retry, "1");

  EXPECT_EQ(task("2").state, State::blocked);
}

TEST_F(ActTest, RetryIsRefusedWhileItRunsOrWaitsForOthers) {
  add({.id = "1"});
  add({.id = "2", .after = {"1"}});
  start("1", "r1");

  EXPECT_EQ(act(Command::retry, "1").line, "is running");
  EXPECT_EQ(act(Command::retry, "2").line, "waits for other tasks: after board:1");
  EXPECT_EQ(kind_of(Command::retry, "2"), Kind::refused);
}

TEST_F(ActTest, ForgetRemovesTheTaskButItIsStillKnown) {
  add({.id = "1"});
  run_to_end("1", "r1", success());
  owe("1");

  const auto acted = act(Command::forget, "1");

  EXPECT_EQ(acted.kind, Kind::done);
  EXPECT_EQ(acted.line, "1 write owed to its tracker dropped");
  EXPECT_FALSE(state::find_task(db(), {"board", "1"}));
  EXPECT_TRUE(state::find_seen(db(), {"board", "1"})->is_done);
}

TEST_F(ActTest, ForgetWaitsForTheEndOfARun) {
  add({.id = "1"});
  start("1", "r1");

  EXPECT_EQ(kind_of(Command::forget, "1"), Kind::busy);
}

TEST_F(ActTest, ForgetPassesTheTurnToTheNextOfItsKey) {
  add({.id = "1", .key = "acme"});
  add({.id = "2", .key = "acme"});

  act(Command::forget, "1");

  EXPECT_EQ(state::next_ready(db(), "work", {})->task.name.id, "2");
}

}  // namespace
}  // namespace cb::task
