#include "flow/compare.h"

#include <gmock/gmock.h>

#include "flow/owe.h"
#include "flow_fixture.h"

namespace cb::flow {
namespace {

using model::Action;
using model::Cause;
using model::Meaning;
using model::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CompareTest : public FlowTest {
 protected:
  // The same task listed as it was.
  Admitted again(const std::string& id, std::optional<int64_t> listed_since = {},
                 Look look = Look::at_all) {
    auto row = task(id);
    row.task.version = "5";  // written since, by us or not
    Admitted admitted;
    write([&] {
      admitted = admit(db(), {rules, handlers},
                       {.task = row.task,
                        .listed_since = listed_since.value_or(state::deliveries(db())),
                        .look = look},
                       now);
    });
    return admitted;
  }

  // Upstream shows "doing", the run has ended, and nothing was promised.
  void end_silently(const model::Conclusion& conclusion) {
    see(upstream("1", "to do", "1"));
    start("1", "r");
    deliver("1", Meaning::running, "2");
    finish("r", conclusion);
  }
  void park(const std::string& status, Meaning meaning) {
    write([&] {
      auto row = task("1");
      owe_status_text(db(), row, meaning, status, "r", Send::later, now);
      const auto owed = state::next_owed_of(db(), row.n).value();
      state::mark_sent(db(), owed);
      state::give_up(db(), owed, state::GivenUp::parked, "no such status", now);
    });
  }
};

TEST_F(CompareTest, AgreementChangesNothing) {
  for (const auto state : {State::ready, State::succeeded, State::failed, State::canceled}) {
    const auto id = std::string(model::to_string(state));
    bring(id, state);

    const auto admitted = again(id);

    EXPECT_EQ(admitted.action, Action::none) << id;
    EXPECT_EQ(admitted.kind, Admitted::Kind::unchanged) << id;
    EXPECT_THAT(owed(id), IsEmpty()) << id;
  }
}

TEST_F(CompareTest, AFinalStatusThatNeverArrivedIsOwedAgain) {
  end_silently(cb::testing::success());

  EXPECT_EQ(again("1").action, Action::owe_final);

  EXPECT_THAT(owed("1"), ElementsAre("set_status done"));
}

TEST_F(CompareTest, WhatIsOwedAlreadyIsNotOwedTwice) {
  end_silently(cb::testing::failure());
  again("1");

  EXPECT_EQ(again("1").action, Action::none);

  EXPECT_THAT(owed("1"), ElementsAre("set_status broken"));
}

TEST_F(CompareTest, APollLooksAtNewsOnly) {
  end_silently(cb::testing::success());

  EXPECT_EQ(again("1", {}, Look::at_news).action, Action::none);
}

TEST_F(CompareTest, AStaleListingIsNotBelieved) {
  end_silently(cb::testing::success());

  EXPECT_EQ(again("1", task("1").sent_seq - 1).action, Action::none);
}

TEST_F(CompareTest, WhatUpstreamRefusedForGoodIsToldAndNotSentAgain) {
  end_silently(cb::testing::success());
  park("done", Meaning::succeeded);

  const auto admitted = again("1");

  EXPECT_EQ(admitted.action, Action::owe_final);
  EXPECT_THAT(admitted.problem, HasSubstr("refused upstream: no such status"));
  EXPECT_THAT(owed("1"), IsEmpty());
}

TEST_F(CompareTest, AnotherWordInTheConfigurationIsTried) {
  end_silently(cb::testing::success());
  park("finito", Meaning::succeeded);

  EXPECT_EQ(again("1").problem, "");

  EXPECT_THAT(owed("1"), ElementsAre("set_status done"));
}

TEST_F(CompareTest, AStatusThatTheCommandChoseIsOurOwnWord) {
  end_silently(cb::testing::success());
  write([&] {
    auto row = task("1");
    owe_status_text(db(), row, Meaning::succeeded, "to do", "r", Send::later, now);
    const auto stored = state::next_owed_of(db(), row.n).value();
    state::mark_sent(db(), stored);
    state::mark_delivered(db(), stored, "3", now);
  });

  EXPECT_EQ(again("1").action, Action::none);
}

TEST_F(CompareTest, AChangedTitleDoesNotUndoTheStatusThatTheCommandChose) {
  end_silently(cb::testing::success());
  write([&] {
    auto row = task("1");
    owe_status_text(db(), row, Meaning::succeeded, "to do", "r", Send::later, now);
    const auto stored = state::next_owed_of(db(), row.n).value();
    state::mark_sent(db(), stored);
    state::mark_delivered(db(), stored, "3", now);
  });
  auto edited = upstream("1", "to do", "7");
  edited.title = "Another";

  see(edited);

  EXPECT_EQ(task("1").task.title, "Another");
  EXPECT_THAT(owed("1"), IsEmpty());
}

TEST_F(CompareTest, ALostRunningIsOwedAgain) {
  see(upstream("1", "to do"));
  start("1", "r");

  EXPECT_EQ(again("1").action, Action::owe_running);

  EXPECT_THAT(owed("1"), ElementsAre("set_status doing"));
}

TEST_F(CompareTest, WhatAPersonRetriedHereIsNotCanceled) {
  bring("1", State::canceled);
  see(upstream("1", "closed", "9"));
  change("1", Cause::retried_by_user, State::ready, "ready");

  EXPECT_EQ(again("1").action, Action::none);

  EXPECT_EQ(task("1").state, State::ready);
}

TEST_F(CompareTest, WhatAPersonReleasedHereIsNotHeldAgain) {
  see(upstream("1", "doing"));
  change("1", Cause::released_by_user, State::ready, "ready");

  EXPECT_EQ(again("1").action, Action::none);

  EXPECT_EQ(task("1").state, State::ready);
}

TEST_F(CompareTest, ACrashedTaskThatIsHeldKeepsItsOwnWord) {
  see(upstream("1", "to do", "1"));
  start("1", "r");
  auto crashed = cb::testing::failure();
  crashed.outcome = model::Outcome::crashed;
  crashed.cause = Cause::crashed;
  crashed.state = State::held;
  crashed.reason = "crashed";
  finish("r", crashed);
  deliver("1", Meaning::failed, "2");

  EXPECT_EQ(again("1").action, Action::none);

  EXPECT_EQ(task("1").state, State::held);
}

TEST_F(CompareTest, AStatusThatMeansAnotherThingNowIsHeeded) {
  see(upstream("1", "to do"));
  rules.statuses->ready = {"open"};

  EXPECT_EQ(again("1").action, Action::cancel);

  EXPECT_EQ(task("1").state, State::canceled);
}

TEST_F(CompareTest, ADecisionWhileItRunsIsToldEachTime) {
  bring("1", State::running);
  see(upstream("1", "closed", "9"));

  EXPECT_EQ(again("1").action, Action::let_finish);
  EXPECT_EQ(again("1").action, Action::let_finish);

  EXPECT_THAT(owed("1"), IsEmpty());
}

}  // namespace
}  // namespace cb::flow
