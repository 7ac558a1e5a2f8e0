#include "rate.h"

#include <gtest/gtest.h>

namespace cb::upstream_clickup {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Instant kNow = *parse_rfc3339("2026-11-22T08:00:00Z");
const std::string kDate = "Sun, 22 Nov 2026 07:00:00 GMT";  // an hour behind our clock
const int64_t kServerSeconds = to_millis(kNow) / 1000 - 3600;

TEST(Rate, IsReadFromTheHeaders) {
  const Rate rate = read_rate({{"date", kDate},
                               {"x-ratelimit-limit", "100"},
                               {"x-ratelimit-remaining", "7"},
                               {"x-ratelimit-reset", std::to_string(kServerSeconds + 53)}},
                              kNow);
  EXPECT_EQ(rate.limit, 100);
  EXPECT_EQ(rate.remaining, 7);
  EXPECT_EQ(rate.until_reset, seconds(53)) << "by the server's clock";
  EXPECT_EQ(rate.retry_after, std::nullopt);
}

TEST(Rate, ResetMayBeInMillisecondsAndDateMissing) {
  EXPECT_EQ(read_rate({{"date", kDate},
                       {"x-ratelimit-reset", std::to_string(kServerSeconds * 1000 + 1500)}},
                      kNow)
                .until_reset,
            milliseconds(1500));
  EXPECT_EQ(read_rate({{"x-ratelimit-reset", std::to_string(to_millis(kNow) / 1000 + 9)}}, kNow)
                .until_reset,
            seconds(9));
}

TEST(Rate, RubbishIsIgnored) {
  const Rate rate = read_rate({{"date", "yesterday"},
                               {"x-ratelimit-limit", "many"},
                               {"x-ratelimit-remaining", "-1"},
                               {"x-ratelimit-reset", ""},
                               {"retry-after", "Fri, 31 Dec 1999 23:59:59 GMT"}},
                              kNow);
  EXPECT_FALSE(rate.limit || rate.remaining || rate.until_reset || rate.retry_after);
  for (const char* date : {"Sun, 31 Feb 2026 07:00:00 GMT", "Sun, 22 Nov 2026 07:00:00 CET",
                           "Sun, xx Nov 2026 07:00:00 GMT"}) {
    EXPECT_FALSE(date_of({{"date", date}})) << date;
  }
}

TEST(Rate, ARefusalWaitsAsTold) {
  struct Case {
    std::optional<Duration> retry_after, until_reset;
    Duration wait;
  };
  const Case cases[] = {
      {seconds(7), seconds(30), seconds(7)},       {std::nullopt, seconds(30), seconds(30)},
      {std::nullopt, std::nullopt, seconds(60)},   {seconds(0), std::nullopt, seconds(1)},
      {seconds(999), std::nullopt, seconds(120)},  {std::nullopt, seconds(-5), seconds(1)},
      {std::nullopt, seconds(9000), seconds(120)},
  };
  for (const auto& each : cases) {
    const Rate rate{.limit = {},
                    .remaining = 0,
                    .until_reset = each.until_reset,
                    .retry_after = each.retry_after};
    EXPECT_EQ(wait_after_refusal(rate), each.wait) << each.wait.count();
  }
}

TEST(Rate, SomeRequestsAreLeftToPeople) {
  EXPECT_EQ(reserve_of(100), 10);
  EXPECT_EQ(reserve_of(10'000), 50);
  EXPECT_EQ(reserve_of(40), 5);
  EXPECT_EQ(reserve_of(4), 2);
  EXPECT_EQ(reserve_of(0), 0);
  const auto wait = [](int64_t remaining, std::optional<Duration> reset) {
    return wait_to_spare(
        {.limit = 100, .remaining = remaining, .until_reset = reset, .retry_after = {}}, 10);
  };
  EXPECT_EQ(wait(11, seconds(30)), Duration::zero());
  EXPECT_EQ(wait(10, seconds(30)), seconds(30));
  EXPECT_EQ(wait(0, std::nullopt), Duration::zero()) << "a refusal will tell";
  EXPECT_EQ(wait_to_spare({}, 10), Duration::zero());
}

}  // namespace
}  // namespace cb::upstream_clickup
