#include "base/time.h"

#include <gtest/gtest.h>

#include <random>

namespace cb {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::weeks;

TEST(ParseRfc3339, ReadsEveryFormOfATime) {
  const struct {
    const char* text;
    int64_t millis;
  } cases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2026-11-30T00:00:00Z", 1795996800000},
      {"2026-11-30t00:00:00z", 1795996800000},
      {"2026-11-30 00:00:00Z", 1795996800000},
      {"2026-11-30T02:00:00+02:00", 1795996800000},
      {"2026-11-29T19:30:00-04:30", 1795996800000},
      {"2026-11-30T00:00:00.25Z", 1795996800250},
      {"2026-11-30T00:00:00.1239Z", 1795996800123},
      {"2026-11-30T00:00:00.000000000000Z", 1795996800000},
      {"1969-12-31T23:59:59.999Z", -1},
      {"2024-02-29T00:00:00Z", 1709164800000},
      {"0001-01-01T00:00:00Z", -62135596800000},
      {"9999-12-31T23:59:59.999Z", 253402300799999},
  };
  for (const auto& each : cases) {
    const auto at = parse_rfc3339(each.text);
    ASSERT_TRUE(at) << each.text;
    EXPECT_EQ(to_millis(*at), each.millis) << each.text;
  }
}

TEST(ParseRfc3339, RefusesWhatIsNotATime) {
  for (const char* text : {"",
                           "2026-11-30",
                           "2026-11-30T00:00:00",
                           "2026-11-30T00:00Z",
                           "2026-11-30T00:00:00Z ",
                           " 2026-11-30T00:00:00Z",
                           "2026-11-30T24:00:00Z",
                           "2026-11-30T00:60:00Z",
                           "2026-11-30T00:00:60Z",
                           "2026-11-30T00:00:00.Z",
                           "2026-11-30T00:00:00+02",
                           "2026-11-30T00:00:00+24:00",
                           "2026-11-30T00:00:00+01:60",
                           "2026-02-30T00:00:00Z",
                           "2025-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "0000-01-01T00:00:00Z",
                           "10000-01-01T00:00:00Z",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01",
                           "26-11-30T00:00:00Z",
                           "2026-1a-30T00:00:00Z",
                           "1795996800"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(ParseTimeOrDate, ABareDateIsItsFirstMomentInUtc) {
  EXPECT_EQ(parse_time_or_date("2026-11-30"), parse_rfc3339("2026-11-30T00:00:00Z"));
  EXPECT_EQ(parse_time_or_date("2026-11-30T01:00:00Z"), parse_rfc3339("2026-11-30T01:00:00Z"));
  EXPECT_FALSE(parse_time_or_date("2026-11-31"));
  EXPECT_FALSE(parse_time_or_date("tomorrow"));
}

TEST(FormatRfc3339, IsUtcWithMilliseconds) {
  EXPECT_EQ(format_rfc3339(from_millis(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(from_millis(1795996800123)), "2026-11-30T00:00:00.123Z");
  EXPECT_EQ(format_rfc3339(from_millis(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(FormatRfc3339, IsAlwaysTwentyFourCharacters) {
  EXPECT_EQ(format_rfc3339(Instant::min()), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(Instant::max()), "9999-12-31T23:59:59.999Z");
}

TEST(FormatRfc3339, IsReadBackExactly) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<int64_t> millis(-62135596800000, 253402300799999);
  for (int i = 0; i < 10'000; ++i) {
    const Instant at = from_millis(millis(random));
    ASSERT_EQ(parse_rfc3339(format_rfc3339(at)), at) << format_rfc3339(at);
  }
}

TEST(ParseDuration, ReadsUnitsAndTheirSums) {
  const struct {
    const char* text;
    Duration duration;
  } cases[] = {{"250ms", 250ms},
               {"90s", 90s},
               {"5m", 5min},
               {"2h", 2h},
               {"1d", days(1)},
               {"3w", weeks(3)},
               {"1h30m", 1h + 30min},
               {"1w2d3h4m5s6ms", weeks(1) + days(2) + 3h + 4min + 5s + 6ms},
               {"0s", 0s},
               {"007s", 7s},
               {"36525d", days(36525)}};
  for (const auto& each : cases) EXPECT_EQ(parse_duration(each.text), each.duration) << each.text;
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* text : {"",
                           "5",
                           "s",
                           "-5s",
                           "+5s",
                           "1.5h",
                           "5 m",
                           " 5m",
                           "5m ",
                           "5M",
                           "5min",
                           "30m1h",
                           "1h1h",
                           "1h30",
                           "1ms1s",
                           "36526d",
                           "5218w1d",
                           "36525d1ms",
                           "99999999999999999999s",
                           "9223372036854775807w"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(FormatDuration, UsesFallingUnitsAndWeeksOnlyWhenTheyAreWhole) {
  EXPECT_EQ(format_duration(0s), "0s");
  EXPECT_EQ(format_duration(250ms), "250ms");
  EXPECT_EQ(format_duration(90min), "1h30m");
  EXPECT_EQ(format_duration(days(30)), "30d");
  EXPECT_EQ(format_duration(weeks(3)), "3w");
  EXPECT_EQ(format_duration(-5s), "0s");
}

TEST(FormatDuration, IsReadBackExactly) {
  std::mt19937_64 random(2);
  std::uniform_int_distribution<int64_t> bits(0, 41);
  for (int i = 0; i < 10'000; ++i) {
    const Duration duration(static_cast<int64_t>(random() & ((uint64_t{1} << bits(random)) - 1)));
    ASSERT_EQ(parse_duration(format_duration(duration)), duration) << duration.count();
  }
}

TEST(DescribeDuration, ShowsTheTwoLargestUnits) {
  EXPECT_EQ(describe_duration(0s), "0s");
  EXPECT_EQ(describe_duration(250ms), "250ms");
  EXPECT_EQ(describe_duration(12s), "12s");
  EXPECT_EQ(describe_duration(days(3) + 4h + 59min), "3d 4h");
  EXPECT_EQ(describe_duration(days(3) + 59min), "3d");
  EXPECT_EQ(describe_duration(weeks(2) + days(1)), "2w 1d");
  EXPECT_EQ(describe_duration(-90s), "-1m 30s");
  EXPECT_EQ(describe_duration(Duration::min()), describe_duration(-Duration::max()));
}

}  // namespace
}  // namespace cb
