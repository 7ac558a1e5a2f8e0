#include "state/keys.h"

#include <gmock/gmock.h>

#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using model::Cause;
using model::State;
using testing::kNow;
using namespace std::chrono_literals;

class Keys : public testing::StoreTest {
 protected:
  std::string next() {
    const auto row = next_ready(db(), "work", {});
    return row ? row->task.name.id : "none";
  }
};

TEST_F(Keys, TasksOfOneKeyRunOneAtATimeInOrder) {
  for (const auto* id : {"a", "b", "c"}) add({.id = id, .key = "k"});

  for (const auto* id : {"a", "b", "c"}) {
    EXPECT_EQ(next(), id);
    start(id, std::string("run-") + id);
    EXPECT_EQ(next(), "none");
    finish(std::string("run-") + id, testing::success());
  }
}

TEST_F(Keys, OtherKeysAreNotHeldUp) {
  add({.id = "a", .key = "k"});
  add({.id = "b", .key = "other"});
  add({.id = "c"});
  start("a", "r1");

  EXPECT_EQ(next(), "b");
  start("b", "r2");
  EXPECT_EQ(next(), "c");
}

TEST_F(Keys, KeyHoldsAcrossHandlersAndSources) {
  add({.id = "a", .handler = "other", .key = "k"});
  add({.id = "b", .source = "crm", .key = "k"});

  EXPECT_EQ(next(), "none");
  run_to_end("a", "r1", testing::failure());

  EXPECT_EQ(next(), "b");
}

TEST_F(Keys, MoreUrgentTaskTakesTheTurnUntilTheOtherRuns) {
  add({.id = "a", .key = "k"});
  add({.id = "urgent", .key = "k", .priority = 1});

  EXPECT_EQ(next(), "urgent");
}

TEST_F(Keys, TaskThatWaitsForItsRetryKeepsItsTurn) {
  add({.id = "a", .key = "k"});
  add({.id = "b", .key = "k"});
  run_to_end("a", "r1", testing::retry_after(5min));

  EXPECT_EQ(next(), "none");
  write([&] { wake_waiting(db(), kNow + 5min); });

  EXPECT_EQ(next(), "a");
}

TEST_F(Keys, TurnPassesWhenTheFirstIsHeldCanceledOrForgotten) {
  for (const auto* id : {"a", "b", "c", "d"}) add({.id = id, .key = "k"});

  change("a", Cause::held_by_user, State::held, "held_by_user");
  EXPECT_EQ(next(), "b");
  change("b", Cause::canceled_by_user, State::canceled, "canceled_by_user");
  EXPECT_EQ(next(), "c");
  write([&] { forget_task(db(), task("c"), kNow); });

  EXPECT_EQ(next(), "d");
}

TEST_F(Keys, TaskThatChangesItsKeyLeavesTheOldOneFree) {
  add({.id = "a", .key = "k"});
  add({.id = "b", .key = "k"});
  auto row = task("a");
  row.key = "other";

  write([&] { change_state(db(), row, {Cause::evaluated, State::held, "no_due_date", ""}, kNow); });

  EXPECT_EQ(next(), "b");
}

TEST_F(Keys, TaskThatLosesItsKeyNeedsNoTurn) {
  add({.id = "a", .key = "k"});
  add({.id = "b", .key = "k"});
  start("a", "r1");
  auto row = task("b");
  row.key = "";

  write([&] { change_state(db(), row, {Cause::evaluated, State::ready, "ready", ""}, kNow); });

  EXPECT_EQ(next(), "b");
}

TEST_F(Keys, NewPriorityChangesTheOrder) {
  add({.id = "a", .key = "k"});
  add({.id = "b", .key = "k"});
  auto row = task("b");
  row.task.priority = 1;

  write([&] { update_content(db(), row); });

  EXPECT_EQ(next(), "b");
}

TEST_F(Keys, LargeKeyCostsNoMoreThanASmallOne) {
  write([&] {
    for (int i = 0; i < 2000; ++i) {
      TaskRow row;
      row.task.name = {"board", std::to_string(i)};
      row.task.title = "a title";
      row.state = State::ready;
      row.reason = "ready";
      row.handler = "work";
      row.key = "k";
      insert_task(db(), row, kNow);
    }
  });

  EXPECT_EQ(one_number("SELECT count(*) FROM tasks WHERE turn = 1"), 1);
  EXPECT_EQ(next(), "0");
}

}  // namespace
}  // namespace cb::state
