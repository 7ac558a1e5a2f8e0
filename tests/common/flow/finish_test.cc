#include "flow/finish.h"

#include <gmock/gmock.h>

#include "common/flow/flow_fixture.h"
#include "flow/owe.h"

namespace cb::flow {
namespace {

using cb::testing::failure;
using cb::testing::retry_after;
using cb::testing::success;
using model::State;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class FinishTest : public FlowTest {
 protected:
  Judgement judged(const std::string& run, const model::Conclusion& conclusion) {
    Judgement judgement;
    judgement.run = state::find_run(db(), run).value();
    judgement.run.message = conclusion.message;
    judgement.run.outcome = conclusion.outcome;
    judgement.conclusion = conclusion;
    return judgement;
  }
  void owe_comment(const std::string& run, const std::string& text) {
    state::Owed owes;
    owes.op = "op-" + run;
    owes.task = task("1").n;
    owes.run = run;
    owes.kind = state::Owed::Kind::comment;
    owes.text = text;
    write([&] { state::owe(db(), owes, now); });
  }
  state::Finish end(const Judgement& judgement) {
    auto result = state::Finish::already;
    write([&] { result = flow::finish(db(), rules, judgement, now).finish; });
    return result;
  }
};

TEST_F(FinishTest, ASuccessOwesAttachmentsThenTheCommentThenTheStatus) {
  bring("1", State::running);
  auto judgement = judged("run-1", success());
  judgement.attachments = {{"/x/a.md", "a.md"}, {"/x/b.md", "b.md"}};
  judgement.upstream_comment = "look";

  EXPECT_EQ(end(judgement), state::Finish::applied);

  EXPECT_THAT(owed("1"),
              ElementsAre("attach a.md", "attach b.md", "comment look", "set_status done"));
  EXPECT_EQ(task("1").state, State::succeeded);
}

TEST_F(FinishTest, TheCommandMayChooseItsStatus) {
  bring("1", State::running);
  auto judgement = judged("run-1", success());
  judgement.upstream_status = "proof-reading";

  end(judgement);

  EXPECT_THAT(owed("1"), ElementsAre("set_status proof-reading"));
}

TEST_F(FinishTest, AFinalFailureOwesOneCommentWithTheRun) {
  bring("1", State::running);

  end(judged("run-1", failure("exit 3")));

  EXPECT_THAT(owed("1"), ElementsAre("comment cb: failed after 1 attempt: exit 3\nrun run-1",
                                     "set_status broken"));
}

TEST_F(FinishTest, ATaskHeldAfterACrashNeedsAPersonToo) {
  bring("1", State::running);

  end(judged("run-1", {.outcome = model::Outcome::crashed,
                       .cause = model::Cause::crashed,
                       .state = State::held,
                       .reason = "crashed",
                       .message = "cb-exec died"}));

  EXPECT_EQ(owed("1").back(), "set_status broken");
}

TEST_F(FinishTest, AnAttemptWithOthersLeftOwesNothing) {
  bring("1", State::running);

  end(judged("run-1", retry_after(std::chrono::hours(1))));

  EXPECT_THAT(owed("1"), IsEmpty());
}

TEST_F(FinishTest, WhatAPersonDecidedMeanwhileIsNotOverwritten) {
  for (const char* status : {"done", "archived"}) {
    const std::string id = status;
    bring(id, State::running);
    see(upstream(id, status, "9"));

    end(judged("run-" + id, failure("exit 3")));

    EXPECT_THAT(owed(id), ElementsAre(StartsWith("comment cb: failed"))) << status;
    EXPECT_EQ(task(id).state, State::failed);
  }
}

TEST_F(FinishTest, ATaskThatIsGoneUpstreamOwesNothing) {
  bring("1", State::running);
  auto row = task("1");
  write([&] {
    note_missing(db(), row, now);
    note_missing(db(), row, now);
  });

  end(judged("run-1", success()));

  EXPECT_EQ(task("1").state, State::succeeded);
  EXPECT_THAT(owed("1"), IsEmpty());
}

TEST_F(FinishTest, ARunThatNoLongerOwnsItsTaskOwesNothing) {
  bring("1", State::running);
  const auto judgement = judged("run-1", success());
  finish("run-1", cb::testing::retry_after(std::chrono::hours(1)));
  EXPECT_EQ(end(judgement), state::Finish::already);

  EXPECT_THAT(owed("1"), IsEmpty());
}

TEST_F(FinishTest, ASupersededRunIsRecordedAndOwesNothing) {
  bring("1", State::running);
  auto row = task("1");
  row.run.clear();
  write([&] {
    state::change_state(
        db(), row,
        {model::Cause::canceled_by_user, State::canceled, model::reason::canceled_by_user, ""},
        now);
  });

  EXPECT_EQ(end(judged("run-1", success())), state::Finish::superseded);

  EXPECT_EQ(task("1").state, State::canceled);
  EXPECT_EQ(state::find_run(db(), "run-1")->outcome, model::Outcome::superseded);
  EXPECT_THAT(owed("1"), IsEmpty());
}

TEST_F(FinishTest, ARunThatDidNotTakePlaceOwesNothingAnyMore) {
  bring("1", State::ready);
  start("1", "r1");
  owe_comment("r0", "of an earlier run");
  owe_comment("r1", "of this one");

  end(judged("r1", {.outcome = model::Outcome::interrupted,
                    .cause = model::Cause::interrupted,
                    .state = State::ready,
                    .reason = "interrupted",
                    .counts_attempt = false}));

  EXPECT_THAT(owed("1"), ElementsAre("comment of an earlier run"));
  EXPECT_EQ(task("1").attempts, 0);
}

TEST_F(FinishTest, WithoutUpstreamNothingIsOwed) {
  rules = {.name = "board"};
  see(upstream("1", ""));
  start("1", "r1");

  end(judged("r1", failure()));

  EXPECT_EQ(one_number("SELECT count(*) FROM outbox"), 0);
}

}  // namespace
}  // namespace cb::flow
