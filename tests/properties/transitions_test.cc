// Random walks over the table of legal transitions.
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "model/state.h"
#include "properties/random.h"

namespace cb::model {
namespace {

constexpr int kSteps = 20'000;

std::vector<Transition> ways_from(std::optional<State> from) {
  std::vector<Transition> ways;
  for (const Transition& each : transitions()) {
    if (each.from == from) ways.push_back(each);
  }
  return ways;
}

std::string describe(const Transition& step) {
  return std::string(step.from ? to_string(*step.from) : "unknown") + " " +
         std::string(to_string(step.cause)) + " " + std::string(to_string(step.to));
}

// Calls `visit` with each step of one long life.
template <typename Visit>
void walk(Visit visit) {
  testing::Random random;
  std::optional<State> state;
  for (int i = 0; i < kSteps; ++i) {
    const auto ways = ways_from(state);
    ASSERT_FALSE(ways.empty());
    const Transition step = random.pick(ways);
    SCOPED_TRACE(describe(step));
    visit(step);
    state = step.to;
  }
}

TEST(Walks, TakeLegalStepsOnly) {
  walk([](const Transition& step) { EXPECT_TRUE(is_legal(step.from, step.cause, step.to)); });
}

TEST(Walks, NeverForgetATask) {
  walk([first = true](const Transition& step) mutable {
    EXPECT_EQ(step.from.has_value(), !first);
    EXPECT_EQ(step.cause == Cause::discovered, first);
    first = false;
  });
}

TEST(Walks, LeaveAnEndOnlyByAPersonOrAnotherEvaluationOfWhatWasCanceled) {
  const std::set<Cause> kByAPerson = {Cause::put_back, Cause::retried_by_user, Cause::rerun,
                                      Cause::restored, Cause::canceled_by_user};
  walk([&](const Transition& step) {
    if (!step.from || !is_final(*step.from) || kByAPerson.contains(step.cause)) return;
    EXPECT_EQ(step.cause, Cause::evaluated);
    EXPECT_EQ(step.from, State::canceled);
    EXPECT_TRUE(is_open(step.to));
  });
}

TEST(Walks, RunOnlyWhatWasReadyAndEndEveryRunByItsOwnCause) {
  const std::set<Cause> kEndings = {
      Cause::run_succeeded, Cause::run_failed, Cause::retry_scheduled,  Cause::snoozed,
      Cause::interrupted,   Cause::crashed,    Cause::canceled_by_user, Cause::restored};
  walk([&](const Transition& step) {
    if (step.to == State::running) {
      EXPECT_EQ(step.from, State::ready);
    }
    if (step.from == State::running) {
      EXPECT_TRUE(kEndings.contains(step.cause));
    }
  });
}

TEST(Walks, SucceedOnlyByARunThatSucceeded) {
  walk([](const Transition& step) {
    if (step.to == State::succeeded) {
      EXPECT_EQ(step.cause, Cause::run_succeeded);
    }
  });
}

}  // namespace
}  // namespace cb::model
