#include "throttle.h"

#include <gtest/gtest.h>

namespace cb::upstream_clickup {
namespace {

using std::chrono::seconds;

class ThrottleTest : public ::testing::Test {
 protected:
  Throttle make(std::optional<int> reserve = {}) {
    return Throttle({.max_wait = seconds(25), .reserve = reserve},
                    {.elapsed = [this] { return now_; },
                     .sleep =
                         [this](Duration time) {
                           longest_ = std::max(longest_, time);
                           now_ += time;
                         },
                     .jitter = [](Duration) { return Duration(500); }});
  }

  static Rate rate(int64_t remaining, Duration until_reset) {
    return {.limit = 100, .remaining = remaining, .until_reset = until_reset, .retry_after = {}};
  }

  Duration now_ = seconds(1000), longest_{};
};

TEST_F(ThrottleTest, WaitsForTheNextWindowWhenOnlyTheReserveIsLeft) {
  Throttle throttle = make();
  throttle.note_line();
  throttle.note_rate(rate(11, seconds(20)));
  EXPECT_FALSE(throttle.await_turn(false));
  EXPECT_EQ(now_, seconds(1000));

  throttle.note_rate(rate(10, seconds(20)));
  EXPECT_FALSE(throttle.await_turn(false));
  EXPECT_EQ(now_, seconds(1020));
}

TEST_F(ThrottleTest, WhatIsBegunMayUseHalfOfTheReserve) {
  Throttle throttle = make();
  throttle.note_line();
  throttle.note_rate(rate(6, seconds(20)));
  EXPECT_FALSE(throttle.await_turn(true));
  EXPECT_EQ(now_, seconds(1000));
  throttle.note_rate(rate(5, seconds(20)));
  EXPECT_FALSE(throttle.await_turn(true));
  EXPECT_EQ(now_, seconds(1020));
}

TEST_F(ThrottleTest, AnswersInsteadOfWaitingTooLong) {
  Throttle throttle = make();
  throttle.note_line();
  throttle.note_rate(rate(0, seconds(53)));

  EXPECT_EQ(throttle.await_turn(false), seconds(53));
  EXPECT_EQ(now_, seconds(1000));

  now_ += seconds(30);
  throttle.note_line();
  EXPECT_FALSE(throttle.await_turn(false)) << "23 s are left";
}

TEST_F(ThrottleTest, ARefusalHoldsForEverythingWithSomeJitter) {
  Throttle throttle = make();
  throttle.note_line();
  throttle.note_refusal(
      {.limit = {}, .remaining = {}, .until_reset = {}, .retry_after = seconds(7)});

  EXPECT_FALSE(throttle.await_turn(true));

  EXPECT_EQ(now_, seconds(1007) + Duration(500));
}

TEST_F(ThrottleTest, AListingStretchesItsPatienceWithTheLinesInHand) {
  Throttle throttle = make();
  int lines = 4;
  throttle.set_alive([&] { return lines-- > 0; });
  throttle.note_line();

  EXPECT_TRUE(throttle.wait(seconds(90)));
  EXPECT_EQ(now_, seconds(1090));
  EXPECT_LE(longest_, seconds(25));
  EXPECT_FALSE(throttle.wait(seconds(90)));
}

TEST_F(ThrottleTest, TimeThatRequestsTookCountsToo) {
  Throttle throttle = make();
  throttle.note_line();
  now_ += seconds(20);
  EXPECT_FALSE(throttle.is_late());
  EXPECT_FALSE(throttle.wait(seconds(6)));
  EXPECT_TRUE(throttle.wait(seconds(5)));
  EXPECT_TRUE(throttle.is_late());
  throttle.note_line();
  EXPECT_FALSE(throttle.is_late());
}

TEST_F(ThrottleTest, TheReserveCanBeConfigured) {
  Throttle throttle = make(40);
  throttle.note_line();
  throttle.note_rate(rate(40, seconds(9)));
  EXPECT_FALSE(throttle.await_turn(false));
  EXPECT_EQ(now_, seconds(1009));
}

}  // namespace
}  // namespace cb::upstream_clickup
