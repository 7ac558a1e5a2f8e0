#include "pace.h"

#include <gtest/gtest.h>

namespace cb::watch {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kStart = seconds(100);

LastScan lasting(Duration duration, bool is_hinted) {
  return {.began = kStart, .ended = kStart + duration, .is_hinted = is_hinted};
}

TEST(Pace, AScanTakesNoMoreThanATwentiethOfTheTime) {
  const struct {
    const char* what;
    LastScan last;
    std::optional<Duration> every;
    bool is_wanted;
    Duration after;  // since it began
  } cases[] = {
      {"without hints", lasting(milliseconds(1), false), {}, false, seconds(1)},
      {"without hints, large", lasting(milliseconds(200), false), {}, false, seconds(4)},
      {"with hints", lasting(milliseconds(200), true), {}, false, seconds(30)},
      {"with hints, huge", lasting(seconds(3), true), {}, false, seconds(60)},
      {"as told", lasting(milliseconds(200), false), milliseconds(300), false, milliseconds(300)},
      {"as told, with hints", lasting(milliseconds(1), true), seconds(90), false, seconds(90)},
      {"hinted at", lasting(milliseconds(10), true), {}, true, milliseconds(200)},
      {"hinted at, small", lasting(milliseconds(0), true), seconds(90), true, seconds(0)},
  };
  for (const auto& each : cases)
    EXPECT_EQ(next_scan(each.last, each.every, each.is_wanted), kStart + each.after) << each.what;
}

}  // namespace
}  // namespace cb::watch
