#include "state/deps.h"

#include <gmock/gmock.h>

#include "state/events.h"
#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using model::Cause;
using model::State;
using model::TaskName;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kNow;

class Deps : public testing::StoreTest {
 protected:
  std::vector<std::string> cycle(const std::string& id, const std::vector<std::string>& after) {
    std::vector<TaskName> names;
    for (const auto& other : after) names.push_back({"board", other});
    std::vector<std::string> ids;
    for (const auto& name : find_cycle(db(), {"board", id}, names)) ids.push_back(name.id);
    return ids;
  }
};

TEST_F(Deps, LastOneToSucceedMakesATaskReady) {
  add({.id = "a"});
  add({.id = "b"});
  add({.id = "c", .after = {"a", "b"}});

  run_to_end("a", "r1", testing::success());
  EXPECT_EQ(task("c").state, State::blocked);
  EXPECT_EQ(task("c").unmet, 1);
  run_to_end("b", "r2", testing::success());

  EXPECT_EQ(task("c").state, State::ready);
  EXPECT_EQ(task("c").reason, "ready");
}

TEST_F(Deps, ParentAndChildChangeInOneTransaction) {
  add({.id = "a"});
  add({.id = "b", .after = {"a"}});
  start("a", "r1");
  {
    db::Transaction never_committed(db());
    finish_run(db(), find_run(db(), "r1").value(), testing::success(), kNow);
    EXPECT_EQ(task("b").state, State::ready);
  }

  EXPECT_EQ(task("a").state, State::running);
  EXPECT_EQ(task("b").state, State::blocked);
}

TEST_F(Deps, FailureAndCancellationUnblockNobody) {
  add({.id = "a"});
  add({.id = "b"});
  add({.id = "c", .after = {"a", "b"}});

  run_to_end("a", "r1", testing::failure());
  change("b", Cause::canceled_by_user, State::canceled, "canceled_by_user");

  EXPECT_EQ(task("c").unmet, 2);
}

TEST_F(Deps, DoneUpstreamUnblocks) {
  add({.id = "a"});
  add({.id = "b", .after = {"a"}});

  change("a", Cause::withdrawn, State::canceled, "done_upstream");

  EXPECT_EQ(task("b").state, State::ready);
}

TEST_F(Deps, HeldTaskStaysHeldWhenWhatItWaitsForIsDone) {
  add({.id = "a"});
  add({.id = "b", .state = State::held, .after = {"a"}});

  run_to_end("a", "r1", testing::success());

  EXPECT_EQ(task("b").state, State::held);
  EXPECT_EQ(task("b").unmet, 0);
}

TEST_F(Deps, ReopenedOneBlocksWhatHasNotBegun) {
  for (const auto* id : {"a"}) add({.id = id});
  for (const auto* id : {"waits", "runs", "done", "held"}) add({.id = id, .after = {"a"}});
  run_to_end("a", "r1", testing::success());
  start("runs", "r2");
  run_to_end("done", "r3", testing::success());
  change("held", Cause::held_by_user, State::held, "held_by_user");

  change("a", Cause::put_back, State::ready, "ready");

  EXPECT_EQ(task("waits").state, State::blocked);
  EXPECT_EQ(task("waits").detail, "after board:a");
  EXPECT_EQ(task("runs").state, State::running);
  EXPECT_EQ(task("done").state, State::succeeded);
  EXPECT_EQ(task("held").state, State::held);
  for (const auto* id : {"waits", "runs", "done", "held"}) EXPECT_EQ(task(id).unmet, 1) << id;
}

TEST_F(Deps, ReopenedOneBlocksTheRetryOfWhatRan) {
  add({.id = "a"});
  add({.id = "b", .after = {"a"}});
  run_to_end("a", "r1", testing::success());
  start("b", "r2");
  change("a", Cause::put_back, State::ready, "ready");

  finish("r2", testing::retry_after(std::chrono::minutes(1)));

  EXPECT_EQ(task("b").state, State::blocked);
  EXPECT_EQ(task("b").detail, "after board:a");
  EXPECT_EQ(task("b").not_before, std::nullopt);
}

TEST_F(Deps, SameNameTwiceCountsTwiceAndIsMetAtOnce) {
  add({.id = "a"});
  add({.id = "b", .after = {"a", "a"}});

  run_to_end("a", "r1", testing::success());

  EXPECT_EQ(task("b").state, State::ready);
}

TEST_F(Deps, OneNotSeenYetBlocks) {
  const std::vector<TaskName> after = {{"board", "later"}};
  EXPECT_EQ(unmet_of(db(), after), after);

  add({.id = "b", .after = {"later"}});
  add({.id = "later"});
  EXPECT_EQ(task("b").state, State::blocked);
  run_to_end("later", "r1", testing::success());

  EXPECT_EQ(task("b").state, State::ready);
  EXPECT_THAT(unmet_of(db(), after), IsEmpty());
}

TEST_F(Deps, OneForgottenAfterItWasDoneIsMet) {
  add({.id = "a"});
  run_to_end("a", "r1", testing::success());
  write([&] { forget_task(db(), task("a"), kNow); });

  add({.id = "b", .after = {"a"}});

  EXPECT_EQ(task("b").state, State::ready);
  EXPECT_TRUE(dependencies_of(db(), task("b").n).at(0).is_met);
}

TEST_F(Deps, AreKeptInOrderAndReplacedAsAWhole) {
  const auto row = add({.id = "a", .after = {"z", "y", "x"}});
  EXPECT_THAT(full_task(db(), row).after,
              ElementsAre(TaskName{"board", "z"}, TaskName{"board", "y"}, TaskName{"board", "x"}));

  const std::vector<TaskName> fresh = {{"crm", "1"}};
  write([&] { set_dependencies(db(), row.n, fresh); });

  EXPECT_EQ(full_task(db(), row).after, fresh);
}

TEST_F(Deps, CyclesAreNamedFromEndToEnd) {
  add({.id = "a", .after = {"b"}});
  add({.id = "b", .after = {"x", "c"}});

  EXPECT_THAT(cycle("c", {"a"}), ElementsAre("c", "a", "b", "c"));
  EXPECT_THAT(cycle("b", {"a"}), ElementsAre("b", "a", "b"));
  EXPECT_THAT(cycle("d", {"d"}), ElementsAre("d", "d"));
  EXPECT_THAT(cycle("c", {"d"}), IsEmpty());
  EXPECT_THAT(cycle("e", {"a"}), IsEmpty());
}

TEST_F(Deps, CycleElsewhereEndsTheSearch) {
  add({.id = "a", .after = {"b"}});
  add({.id = "b", .after = {"a"}});  // stored by the caller all the same

  EXPECT_THAT(cycle("c", {"a"}), IsEmpty());
}

TEST_F(Deps, EventTellsWhyAChildBecameReady) {
  add({.id = "a"});
  const auto child = add({.id = "b", .after = {"a"}});
  run_to_end("a", "r1", testing::success());

  std::vector<std::string> causes;
  read_events(db(), 0, child.n, 10,
              [&](const Event& event) { causes.emplace_back(model::to_string(event.cause)); });

  EXPECT_THAT(causes, ElementsAre("discovered", "dependencies_met"));
}

}  // namespace
}  // namespace cb::state
