#include "os/clock.h"

#include <gtest/gtest.h>

#include <set>

#include "base/time.h"

namespace cb::os {
namespace {

TEST(Clock, IdsHaveTheKnownTimePrefix) {
  const std::string id =
      new_id(from_millis(1'469'918'176'385));  // the example of the ULID specification

  EXPECT_EQ(id.size(), 26u);
  EXPECT_EQ(id.substr(0, 10), "01ARYZ6S41");
}

TEST(Clock, IdsOfOneProcessAlwaysRise) {
  std::string last;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id =
        new_id(from_millis(2'000'000'000'000 - i));  // even if the clock is set back

    ASSERT_GT(id, last);
    last = id;
  }
}

TEST(Clock, RandomNumbersDiffer) {
  std::set<uint64_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random64());

  EXPECT_EQ(seen.size(), 100u);
}

TEST(Clock, TimeSinceBootNeverGoesBack) {
  const Duration first = boot_time();

  EXPECT_GT(first, Duration::zero());
  EXPECT_GE(boot_time(), first);
  EXPECT_GT(system_now(), parse_rfc3339("2024-01-01T00:00:00Z"));
}

TEST(Clock, SleepingTakesItsTime) {
  const Duration before = boot_time();

  sleep_for(std::chrono::milliseconds(5));

  EXPECT_GE(boot_time() - before + std::chrono::milliseconds(1), std::chrono::milliseconds(5));
}

}  // namespace
}  // namespace cb::os
