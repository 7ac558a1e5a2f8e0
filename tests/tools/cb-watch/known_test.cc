#include "known.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace cb::watch {
namespace {

int64_t stamp(int i) { return static_cast<int64_t>(hash64(std::to_string(i))); }

TEST(Known, FindsAllThatWasAddedAndNothingElse) {
  Known known;
  EXPECT_FALSE(known.meet(7));
  for (int i = 0; i < 10'000; ++i) known.add(stamp(i));

  EXPECT_EQ(known.size(), 10'000u);
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(known.meet(stamp(i))) << i;
  for (int i = 10'000; i < 20'000; ++i) ASSERT_FALSE(known.meet(stamp(i))) << i;
}

TEST(Known, TakesAnyNumberForAStamp) {
  const int64_t numbers[] = {0, 1, -1, INT64_MIN, INT64_MAX, 1024, 2048, 1 << 20};
  Known known;
  for (const auto number : numbers) known.add(number);
  for (const auto number : numbers) EXPECT_TRUE(known.meet(number)) << number;
}

TEST(Known, CountsAStampOnce) {
  Known known;
  known.add(5);
  known.add(5);
  EXPECT_EQ(known.size(), 1u);
  EXPECT_EQ(known.met(), 1u);
}

TEST(Known, TellsWhatWasMetSince) {
  Known known;
  known.add(5);
  known.add(6);
  known.forget_meetings();
  known.meet(5);

  EXPECT_TRUE(known.was_met(5));
  EXPECT_FALSE(known.was_met(6));
  EXPECT_FALSE(known.was_met(7));
  EXPECT_EQ(known.met(), 1u);
}

TEST(Known, DropsWhatWasNotMet) {
  Known known;
  for (int i = 0; i < 5'000; ++i) known.add(stamp(i));
  known.forget_meetings();
  for (int i = 0; i < 10; ++i) known.meet(stamp(i));

  known.drop_unmet();

  EXPECT_EQ(known.size(), 10u);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(known.meet(stamp(i)));
  EXPECT_FALSE(known.meet(stamp(10)));
}

}  // namespace
}  // namespace cb::watch
