#include "model/keep.h"

#include <gtest/gtest.h>

namespace cb::model {
namespace {

using namespace std::chrono_literals;

const Instant kThen = from_millis(1'800'000'000'000);

Keepable done() {
  return {.state = State::succeeded,
          .since = kThen,
          .has_upstream = true,
          .upstream = Meaning::succeeded};
}

TEST(Keep, AFinishedTaskIsForgottenOnceItIsOldEnough) {
  EXPECT_FALSE(is_forgettable(done(), 24h, kThen + 24h - 1ms));
  EXPECT_TRUE(is_forgettable(done(), 24h, kThen + 24h));
}

TEST(Keep, WithoutAnAgeNothingIsForgotten) {
  EXPECT_FALSE(is_forgettable(done(), std::nullopt, kThen + 24h * 36500));
}

TEST(Keep, OnlyFinishedTasksAreForgotten) {
  for (const auto state : {State::held, State::blocked, State::ready, State::running}) {
    auto task = done();
    task.state = state;
    EXPECT_FALSE(is_forgettable(task, 0ms, kThen + 1h)) << to_string(state);
  }
  for (const auto state : {State::succeeded, State::failed, State::canceled}) {
    auto task = done();
    task.state = state;
    EXPECT_TRUE(is_forgettable(task, 0ms, kThen + 1h)) << to_string(state);
  }
}

TEST(Keep, WhatIsOwedOrAliveIsKept) {
  auto owed = done();
  owed.is_owed = true;
  EXPECT_FALSE(is_forgettable(owed, 0ms, kThen + 1h));

  auto alive = done();
  alive.is_alive = true;
  EXPECT_FALSE(is_forgettable(alive, 0ms, kThen + 1h));
}

TEST(Keep, WhatUpstreamStillShowsAsWorkIsKeptUnlessItIsGone) {
  for (const auto meaning : {Meaning::ready, Meaning::running}) {
    auto task = done();
    task.upstream = meaning;
    EXPECT_FALSE(is_forgettable(task, 0ms, kThen + 1h));

    task.is_gone = true;
    EXPECT_TRUE(is_forgettable(task, 0ms, kThen + 1h));

    task.is_gone = task.has_upstream = false;
    EXPECT_TRUE(is_forgettable(task, 0ms, kThen + 1h));
  }
}

TEST(Keep, AClockThatWasSetBackForgetsNothing) {
  EXPECT_FALSE(is_forgettable(done(), 0ms, kThen - 1h));
}

}  // namespace
}  // namespace cb::model
