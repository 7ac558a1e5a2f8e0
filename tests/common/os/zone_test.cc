#include "os/zone.h"

#include <gtest/gtest.h>

namespace cb::os {
namespace {

using std::chrono::hours;

TEST(Zone, ShowsWhatAWallClockShows) {
  const auto winter = local_time(*parse_rfc3339("2026-11-30T03:00:00.250Z"), "Europe/Oslo");
  if (!winter) GTEST_SKIP() << "no database of time zones";
  EXPECT_EQ(winter->day, 30);
  EXPECT_EQ(winter->since_midnight, hours(4) + Duration(250));
  EXPECT_EQ(local_time(*parse_rfc3339("2026-06-30T02:00:00Z"), "Europe/Oslo")->since_midnight,
            hours(4));
  const auto west = local_time(*parse_rfc3339("2026-01-01T03:00:00Z"), "America/Los_Angeles");
  EXPECT_EQ(west->year, 2025);
  EXPECT_EQ(west->month, 12);
  EXPECT_EQ(west->day, 31);
  EXPECT_EQ(west->since_midnight, hours(19));
}

TEST(Zone, WhatIsNoZoneIsToldApartFromUtc) {
  for (const char* name :
       {"", "Nowhere/Town", "../../etc/passwd", "/etc/passwd", ":UTC", "Europe", "UTC0\n"}) {
    EXPECT_FALSE(local_time(Instant{}, name)) << name;
  }
  EXPECT_EQ(utc_time(*parse_rfc3339("2026-11-30T04:00:00Z")).since_midnight, hours(4));
}

}  // namespace
}  // namespace cb::os
