#include "flow/admit.h"

#include <gmock/gmock.h>

#include "common/flow/flow_fixture.h"

namespace cb::flow {
namespace {

using cb::testing::retry_after;
using cb::testing::success;
using model::Meaning;
using model::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Seen = Admitted::Kind;
using namespace std::chrono_literals;

class AdmitTest : public FlowTest {
 protected:
  std::string described(const std::string& id) {
    const auto row = task(id);
    std::string text = std::string(model::to_string(row.state)) + " " + row.reason;
    for (const auto& each : owed(id)) text += ", owes " + each;
    return text;
  }
};

TEST_F(AdmitTest, WhatWasNeverSeenIsJudgedOrIgnored) {
  see(upstream("ready", "to do"));
  see(upstream("case", "To Do"));
  see(upstream("elsewhere", "doing"));

  EXPECT_EQ(described("ready"), "ready ready");
  EXPECT_EQ(described("case"), "ready ready");
  EXPECT_EQ(described("elsewhere"), "held in_progress_elsewhere");
  for (const char* status : {"done", "broken", "archived", ""}) {
    EXPECT_EQ(see(upstream("past", status)).kind, Seen::ignored) << status;
    EXPECT_FALSE(state::find_task(db(), {"board", "past"})) << status;
  }
}

TEST_F(AdmitTest, LocalAndUpstreamAgreeAsTheTableSays) {
  const struct {
    State local;
    const char* status;
    const char* result;
  } cells[] = {
      {State::held, "doing", "held in_progress_elsewhere"},
      {State::held, "done", "canceled done_upstream"},
      {State::held, "broken", "canceled closed_upstream"},
      {State::held, "archived", "canceled closed_upstream"},
      {State::blocked, "doing", "held in_progress_elsewhere"},
      {State::blocked, "done", "canceled done_upstream"},
      {State::blocked, "archived", "canceled closed_upstream"},
      {State::ready, "doing", "held in_progress_elsewhere"},
      {State::ready, "done", "canceled done_upstream"},
      {State::ready, "archived", "canceled closed_upstream"},
      {State::running, "to do", "running running, owes set_status doing"},
      {State::running, "doing", "running running"},
      {State::running, "done", "running running"},
      {State::running, "archived", "running running"},
      {State::succeeded, "to do", "ready ready"},
      {State::succeeded, "doing", "succeeded succeeded, owes set_status done"},
      {State::succeeded, "done", "succeeded succeeded"},
      {State::succeeded, "archived", "succeeded succeeded"},
      {State::failed, "to do", "ready ready"},
      {State::failed, "doing", "failed failed, owes set_status broken"},
      {State::failed, "broken", "failed failed"},
      {State::failed, "archived", "failed failed"},
      {State::canceled, "doing", "held in_progress_elsewhere"},
      {State::canceled, "done", "canceled closed_upstream"},
      {State::canceled, "archived", "canceled closed_upstream"},
  };
  int number = 0;
  for (const auto& cell : cells) {
    const auto id = std::to_string(++number);
    bring(id, cell.local);

    see(upstream(id, cell.status, "9"));

    EXPECT_EQ(described(id), cell.result)
        << model::to_string(cell.local) << " locally, " << cell.status << " upstream";
  }
}

TEST_F(AdmitTest, ACanceledTaskThatIsPutBackIsJudgedAgain) {
  see(upstream("1", "to do"));
  see(upstream("1", "archived"));

  see(upstream("1", "to do"));

  EXPECT_EQ(described("1"), "ready ready");
}

TEST_F(AdmitTest, ATaskOfNewContentIsJudgedAgain) {
  rules.opt_in = "fields.Automate";
  auto given = upstream("1", "to do");
  see(given);
  EXPECT_EQ(described("1"), "held not_opted_in");

  given.fields = R"({"Automate":true})";
  const auto admitted = see(given);

  EXPECT_EQ(admitted.kind, Seen::changed);
  EXPECT_EQ(admitted.before, State::held);
  EXPECT_EQ(described("1"), "ready ready");
}

TEST_F(AdmitTest, WhatIsUnchangedIsNotWritten) {
  see(upstream("1", "to do", "1"));
  bring("2", State::succeeded);
  const auto other = state::open_store(directory / "state", db::Access::read);
  other.db->data_version();
  const auto version = other.db->data_version();

  EXPECT_EQ(see(upstream("1", "to do", "2")).kind, Seen::unchanged);
  EXPECT_EQ(see(upstream("2", "done", "3")).kind, Seen::unchanged);

  EXPECT_EQ(other.db->data_version(), version);
}

// --- our own writes, seen again

TEST_F(AdmitTest, OurOwnRunningIsNotSomebodyElses) {
  bring("1", State::running);
  finish("run-1", retry_after(1h));

  EXPECT_EQ(see(upstream("1", "doing", "9")).kind, Seen::unchanged);
  EXPECT_EQ(described("1"), "ready retry");
}

TEST_F(AdmitTest, OurOwnRunningIsKnownEvenIfItWasNeverConfirmed) {
  bring("1", State::ready);
  start("1", "r1");
  auto row = task("1");
  row.sent = Meaning::running;
  write([&] { state::update_notes(db(), row); });
  finish("r1", retry_after(1h));

  see(upstream("1", "doing", "9"));

  EXPECT_EQ(described("1"), "ready retry");
}

TEST_F(AdmitTest, AFinalStatusOfOursDoesNotCancelATaskThatIsRetried) {
  bring("1", State::failed);
  change("1", model::Cause::retried_by_user, State::ready, model::reason::ready);
  auto given = upstream("1", "broken", "9");
  given.title = "another title";

  see(given);

  EXPECT_EQ(described("1"), "ready ready");
  EXPECT_EQ(task("1").task.title, "another title");
}

TEST_F(AdmitTest, AFinalStatusThatAPersonSetsCancelsATaskThatWasPutBack) {
  bring("1", State::failed);
  see(upstream("1", "to do", "8"));
  ASSERT_EQ(described("1"), "ready ready");

  see(upstream("1", "broken", "9"));

  EXPECT_EQ(described("1"), "canceled closed_upstream");
}

// --- listings from before our last write

TEST_F(AdmitTest, AListingAskedForBeforeOurWriteWasConfirmedIsStale) {
  bring("1", State::running);
  finish("run-1", success());
  const auto since = state::deliveries(db());
  deliver("1", Meaning::succeeded);

  see(upstream("1", "to do"), since);

  EXPECT_EQ(described("1"), "succeeded succeeded");
  EXPECT_EQ(task("1").task.status, "done");
}

TEST_F(AdmitTest, AVersionOlderThanOurWriteIsStale) {
  bring("1", State::succeeded);

  see(upstream("1", "to do", "2"));

  EXPECT_EQ(described("1"), "succeeded succeeded");
}

TEST_F(AdmitTest, AStaleStatusDoesNotHideNewContent) {
  bring("1", State::succeeded);
  auto given = upstream("1", "to do", "2");
  given.title = "another title";

  see(given);

  EXPECT_EQ(task("1").task.title, "another title");
}

TEST_F(AdmitTest, PutBackRunsAgainWithAllItsAttempts) {
  bring("1", State::failed);

  see(upstream("1", "to do", "9"));

  EXPECT_EQ(described("1"), "ready ready");
  EXPECT_EQ(task("1").attempts, 0);
}

TEST_F(AdmitTest, PutBackIsNotBelievedWhileOurFinalStatusIsStillOwed) {
  bring("1", State::running);
  finish("run-1", success());
  state::Owed owes;
  owes.op = "op-x";
  owes.task = task("1").n;
  owes.meaning = Meaning::succeeded;
  owes.text = "done";
  write([&] { state::owe(db(), owes, now); });

  see(upstream("1", "to do", "9"));

  EXPECT_EQ(described("1"), "succeeded succeeded, owes set_status done");
}

// --- what people decided

TEST_F(AdmitTest, AHoldByAPersonSurvivesNewContent) {
  bring("1", State::ready);
  change("1", model::Cause::held_by_user, State::held, model::reason::held_by_user);
  auto given = upstream("1", "to do");
  given.title = "another title";

  see(given);
  EXPECT_EQ(described("1"), "held held_by_user");

  see(upstream("1", "doing"));
  EXPECT_EQ(described("1"), "held held_by_user");

  see(upstream("1", "archived"));
  EXPECT_EQ(described("1"), "canceled closed_upstream");
}

TEST_F(AdmitTest, TheWaitForARetrySurvivesNewContent) {
  bring("1", State::running);
  finish("run-1", retry_after(1h));
  auto given = upstream("1", "doing", "9");
  given.title = "another title";

  see(given);

  EXPECT_EQ(described("1"), "ready retry");
  EXPECT_TRUE(task("1").not_before);
}

TEST_F(AdmitTest, WithdrawnTasksOweNothing) {
  bring("1", State::ready);
  state::Owed owes;
  owes.op = "op-x";
  owes.task = task("1").n;
  owes.kind = state::Owed::Kind::comment;
  owes.text = "hello";
  write([&] { state::owe(db(), owes, now); });

  see(upstream("1", "archived"));

  EXPECT_THAT(owed("1"), IsEmpty());
}

// --- dependencies

TEST_F(AdmitTest, ATaskWaitsForOneNotYetSeen) {
  auto child = upstream("2", "to do");
  child.after = {{"board", "1"}};
  see(child);
  EXPECT_EQ(described("2"), "blocked waits_for_tasks");

  see(upstream("1", "to do"));
  EXPECT_EQ(described("2"), "blocked waits_for_tasks");

  see(upstream("1", "done"));
  EXPECT_EQ(described("2"), "ready ready");
}

TEST_F(AdmitTest, ATaskThatWasDoneBeforeItWasSeenIsDone) {
  see(upstream("1", "done"));
  auto child = upstream("2", "to do");
  child.after = {{"board", "1"}};

  see(child);

  EXPECT_EQ(described("2"), "ready ready");
}

TEST_F(AdmitTest, ATaskThatWasClosedIsNotDone) {
  see(upstream("1", "archived"));
  auto child = upstream("2", "to do");
  child.after = {{"board", "1"}};

  see(child);

  EXPECT_EQ(described("2"), "blocked waits_for_tasks");
}

TEST_F(AdmitTest, ATaskDoneBeforeAndPutBackBlocksThoseThatWaitForIt) {
  see(upstream("1", "done"));
  auto child = upstream("2", "to do");
  child.after = {{"board", "1"}};
  see(child);

  see(upstream("1", "to do"));
  EXPECT_EQ(described("2"), "blocked waits_for_tasks");

  run_to_end("1", "r1", success());
  EXPECT_EQ(described("2"), "ready ready");
}

TEST_F(AdmitTest, WhatATaskWaitsForMayChange) {
  auto child = upstream("3", "to do");
  child.after = {{"board", "1"}};
  see(child);

  child.after = {};
  see(child);
  EXPECT_EQ(described("3"), "ready ready");

  child.after = {{"board", "2"}};
  see(child);
  EXPECT_EQ(described("3"), "blocked waits_for_tasks");
  EXPECT_EQ(task("3").unmet, 1);
}

TEST_F(AdmitTest, ACycleIsHeldAndNamed) {
  auto first = upstream("1", "to do"), second = upstream("2", "to do");
  first.after = {{"board", "2"}};
  second.after = {{"board", "1"}};
  see(first);

  const auto admitted = see(second);

  EXPECT_EQ(described("2"), "held dependency_cycle");
  EXPECT_THAT(admitted.problem, HasSubstr("board:2 -> board:1 -> board:2"));
  EXPECT_EQ(see(second).kind, Seen::unchanged);

  second.after = {};
  see(second);
  EXPECT_EQ(described("2"), "ready ready");
}

TEST_F(AdmitTest, AnUpdateThatClosesACycleIsHeldToo) {
  auto first = upstream("1", "to do"), second = upstream("2", "to do");
  second.after = {{"board", "1"}};
  see(first);
  see(second);

  first.after = {{"board", "2"}};
  see(first);

  EXPECT_EQ(described("1"), "held dependency_cycle");
}

TEST_F(AdmitTest, ACycleIsRefusedWhereSomebodyCanBeTold) {
  auto first = upstream("1", "to do"), second = upstream("2", "to do");
  second.after = {{"board", "1"}};
  see(first);
  see(second);
  first.after = {{"board", "2"}};

  EXPECT_EQ(see(first, {}, OnCycle::refuse).kind, Seen::refused);
  EXPECT_EQ(described("1"), "ready ready");

  auto itself = upstream("3", "to do");
  itself.after = {{"board", "3"}};
  EXPECT_EQ(see(itself, {}, OnCycle::refuse).kind, Seen::refused);
  EXPECT_FALSE(state::find_task(db(), {"board", "3"}));
}

// --- sources without upstream

TEST_F(AdmitTest, WithoutUpstreamADoneTaskIsDoneForGood) {
  rules = {.name = "board"};
  see(upstream("1", ""));
  run_to_end("1", "r1", success());
  auto given = upstream("1", "to do");
  given.title = "another title";

  see(given);
  EXPECT_EQ(described("1"), "succeeded succeeded");

  write([&] { state::forget_task(db(), task("1"), now); });
  EXPECT_EQ(see(given).kind, Seen::ignored);
}

TEST_F(AdmitTest, AForgottenTaskIsNotRevivedByAListingFromBeforeItsEnd) {
  bring("1", State::succeeded);
  write([&] { state::forget_task(db(), task("1"), now); });

  EXPECT_EQ(see(upstream("1", "to do", "2")).kind, Seen::ignored);
  EXPECT_EQ(see(upstream("1", "to do", "4")).kind, Seen::changed);
}

// --- absence

TEST_F(AdmitTest, AFailedTaskThatWasCanceledAndIsPutBackStartsAnew) {
  bring("1", State::failed);
  change("1", model::Cause::canceled_by_user, State::canceled, "canceled_by_user");

  see(upstream("1", "to do", "9"));

  EXPECT_EQ(task("1").state, State::ready);
  EXPECT_EQ(task("1").attempts, 0);
}

TEST_F(AdmitTest, AbsenceIsBelievedTheSecondTime) {
  bring("1", State::ready);
  auto row = task("1");

  write([&] { EXPECT_FALSE(note_missing(db(), row, now)); });
  EXPECT_EQ(described("1"), "ready ready");
  write([&] { EXPECT_TRUE(note_missing(db(), row, now)); });

  EXPECT_EQ(described("1"), "canceled gone_upstream");
}

TEST_F(AdmitTest, ATaskThatIsSeenAgainWasNotMissed) {
  bring("1", State::ready);
  auto row = task("1");
  write([&] { note_missing(db(), row, now); });

  see(upstream("1", "to do", "1"));

  EXPECT_EQ(task("1").missed, 0);
}

TEST_F(AdmitTest, ARunningTaskThatIsGoneFinishesAndOwesNothing) {
  bring("1", State::running);
  auto row = task("1");
  state::Owed owes;
  owes.op = "op-x";
  owes.task = row.n;
  owes.kind = state::Owed::Kind::comment;
  owes.text = "hello";
  write([&] { state::owe(db(), owes, now); });

  write([&] { note_missing(db(), row, now); });
  EXPECT_THAT(owed("1"), ElementsAre("comment hello"));
  write([&] { EXPECT_FALSE(note_missing(db(), row, now)); });

  EXPECT_EQ(described("1"), "running running");
}

}  // namespace
}  // namespace cb::flow
