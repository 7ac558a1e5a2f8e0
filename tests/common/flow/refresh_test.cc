#include "flow/refresh.h"

#include <gmock/gmock.h>

#include "common/flow/flow_fixture.h"

namespace cb::flow {
namespace {

using model::State;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

constexpr const char* kSource = R"("sources": {"board": {"upstream": "file", "due_within": "1d",
  "no_due_date": "run", "options": {}, "statuses":
  {"ready": "to do", "running": "doing", "succeeded": "done", "failed": "broken"}}})";
constexpr const char* kHandler = R"("handlers": {"work": {"match": {}, "run": ["true"]}})";

class RefreshTest : public FlowTest {
 protected:
  static config::Config parse(const std::string& text) {
    return config::parse(text, "/c.json", "/", "/");
  }
  // As if admitted by cb-poll with `config`.
  void see_with(const config::Config& config, const model::Task& given) {
    rules = config.rules_of("board");
    handlers = config.handlers;
    see(given);
  }

  const config::Config with_handler = parse(std::string("{") + kSource + ", " + kHandler + "}");
  const config::Config without_handler = parse(std::string("{") + kSource + "}");
};

TEST_F(RefreshTest, AnotherConfigurationJudgesOpenTasksAgain) {
  see_with(without_handler, upstream("1", "to do"));
  ASSERT_THAT(refresh(store, without_handler, now), IsEmpty());

  const auto changed = refresh(store, with_handler, now);

  ASSERT_THAT(changed, SizeIs(1));
  EXPECT_EQ(changed[0].before, State::held);
  EXPECT_EQ(task("1").state, State::ready);
  EXPECT_EQ(task("1").handler, "work");
}

TEST_F(RefreshTest, TheSameConfigurationIsNotAskedTwice) {
  see_with(with_handler, upstream("1", "to do"));
  refresh(store, with_handler, now);
  change("1", model::Cause::evaluated, State::held, model::reason::no_due_date);

  EXPECT_THAT(refresh(store, with_handler, now), IsEmpty());
}

TEST_F(RefreshTest, ACallWithoutAConfigurationChangesNothing) {
  see_with(with_handler, upstream("1", "to do"));
  refresh(store, with_handler, now);

  EXPECT_THAT(refresh(store, config::Config{}, now), IsEmpty());

  EXPECT_EQ(task("1").state, State::ready);
}

TEST_F(RefreshTest, TimeAloneReleasesATaskThatWasDueTooFar) {
  auto given = upstream("1", "to do");
  given.due = now + 36h;
  see_with(with_handler, given);
  ASSERT_EQ(task("1").reason, model::reason::due_too_far);

  EXPECT_THAT(refresh(store, with_handler, now + 11h), IsEmpty());
  EXPECT_THAT(refresh(store, with_handler, now + 12h), SizeIs(1));

  EXPECT_EQ(task("1").state, State::ready);
}

TEST_F(RefreshTest, ATaskThatStillWaitsForTheSameMomentIsNoChange) {
  auto given = upstream("1", "to do");
  given.due = now + 36h;
  see_with(with_handler, given);
  const auto seq = state::newest_event(db());

  EXPECT_THAT(refresh(store, with_handler, now), IsEmpty());

  EXPECT_EQ(state::newest_event(db()), seq);
  EXPECT_EQ(task("1").recheck, now + 12h);
}

TEST_F(RefreshTest, WhatAPersonOrUpstreamHoldsStaysHeld) {
  auto cyclic = upstream("cyclic", "to do");
  cyclic.after = {{"board", "cyclic"}};
  see_with(without_handler, cyclic);
  see(upstream("elsewhere", "doing"));
  see(upstream("held", "to do"));
  change("held", model::Cause::held_by_user, State::held, model::reason::held_by_user);

  EXPECT_THAT(refresh(store, with_handler, now), IsEmpty());

  EXPECT_EQ(task("cyclic").reason, model::reason::dependency_cycle);
  EXPECT_EQ(task("elsewhere").reason, model::reason::in_progress_elsewhere);
  EXPECT_EQ(task("held").reason, model::reason::held_by_user);
}

TEST_F(RefreshTest, AMomentThatPassedIsForgottenWhateverHoldsTheTask) {
  auto given = upstream("1", "to do");
  given.due = now + 36h;
  see_with(with_handler, given);
  given.status = "doing";
  see(given);

  refresh(store, with_handler, now + 12h);

  EXPECT_FALSE(task("1").recheck);
  EXPECT_EQ(task("1").reason, model::reason::in_progress_elsewhere);
}

}  // namespace
}  // namespace cb::flow
