#include "settling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cb::watch {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Duration kSettle = milliseconds(2000);

os::FileStatus status(int64_t size, int64_t mtime = 0, uint64_t inode = 1, int64_t ctime = 0) {
  return {.device = 1, .inode = inode, .size = size, .mtime = mtime, .ctime = ctime};
}

struct Seen {
  int at;  // ms
  os::FileStatus status;
};

// What is seen of one file, and whether it is ripe at the last look.
TEST(Settling, AFileIsRipeWhenItStayedTheSameForLongEnough) {
  const struct {
    const char* what;
    std::vector<Seen> seen;
    bool is_ripe;
  } cases[] = {
      {"seen once", {{0, status(5)}}, false},
      {"too early", {{0, status(5)}, {1999, status(5)}}, false},
      {"the same all the time", {{0, status(5)}, {2000, status(5)}}, true},
      {"it grew", {{0, status(5)}, {2000, status(6)}}, false},
      {"it grew, and then stayed", {{0, status(5)}, {1000, status(6)}, {3000, status(6)}}, true},
      {"it grew, and has not stayed long enough",
       {{0, status(5)}, {1000, status(6)}, {2999, status(6)}},
       false},
      {"it grew slowly, always in time",
       {{0, status(1)}, {1500, status(2)}, {3000, status(3)}, {4500, status(4)}},
       false},
      {"written over in place", {{0, status(5, 10)}, {2000, status(5, 20)}}, false},
      {"renamed over", {{0, status(5, 10, 1)}, {2000, status(5, 10, 2)}}, false},
      {"recreated with the same time",
       {{0, status(5, 10, 1, 1)}, {2000, status(5, 10, 1, 2)}},
       false},
      {"time set into the future, and then it stays",
       {{0, status(5, 1LL << 62)}, {2000, status(5, 1LL << 62)}},
       true},
      {"time set back while it waits", {{0, status(5, 100)}, {2000, status(5, -100)}}, false},
      {"it shrank to what it was", {{0, status(5)}, {1000, status(6)}, {2000, status(5)}}, false},
  };
  for (const auto& each : cases) {
    Settling settling(kSettle);
    bool is_ripe = false;
    for (const auto& seen : each.seen)
      is_ripe = settling.see("a", seen.status, milliseconds(seen.at));
    EXPECT_EQ(is_ripe, each.is_ripe) << each.what;
  }
}

TEST(Settling, WithoutAnyTimeAFileIsRipeAtFirstSight) {
  Settling settling(Duration(0));
  EXPECT_TRUE(settling.see("a", status(5), milliseconds(7)));
}

TEST(Settling, TellsWhenToLookAgain) {
  Settling settling(kSettle);
  EXPECT_EQ(settling.next_due(), std::nullopt);

  settling.see("b", status(5), milliseconds(100));
  settling.see("a", status(5), milliseconds(100));
  settling.see("early", status(5), milliseconds(50));

  EXPECT_EQ(settling.next_due(), milliseconds(2050));
  EXPECT_EQ(settling.last_due(), milliseconds(2100));
  EXPECT_THAT(settling.due(milliseconds(2050)), ElementsAre("early"));
  EXPECT_THAT(settling.due(milliseconds(2100)), ElementsAre("early", "a", "b"));
}

TEST(Settling, SomebodyWritingItBeginsTheWaitAnewAndIsToldOnce) {
  Settling settling(kSettle);
  settling.see("a", status(5), milliseconds(0));

  EXPECT_TRUE(settling.wait_again("a", milliseconds(2000)));
  EXPECT_FALSE(settling.see("a", status(5), milliseconds(3999)));
  EXPECT_FALSE(settling.wait_again("a", milliseconds(4000)));
  EXPECT_EQ(settling.next_due(), milliseconds(6000));
}

TEST(Settling, HoweverShortTheTimeNobodyAsksWithoutPause) {
  Settling settling(Duration(0));
  settling.see("a", status(5), milliseconds(0));
  settling.wait_again("a", milliseconds(0));
  EXPECT_EQ(settling.next_due(), milliseconds(100));
}

TEST(Settling, WhatIsRefusedIsLeftAloneUntilItChanges) {
  Settling settling(kSettle);
  settling.see("a", status(5), milliseconds(0));
  settling.refuse("a");

  EXPECT_FALSE(settling.see("a", status(5), milliseconds(9000)));
  EXPECT_THAT(settling.due(milliseconds(9000)), IsEmpty());
  EXPECT_THAT(settling.waiting(), IsEmpty());
  EXPECT_EQ(settling.next_due(), std::nullopt);

  settling.see("a", status(6), milliseconds(10'000));
  EXPECT_TRUE(settling.see("a", status(6), milliseconds(12'000)));
}

TEST(Settling, WhatAScanDoesNotFindIsForgotten) {
  Settling settling(kSettle);
  settling.begin_scan();
  settling.see("stays", status(5), milliseconds(0));
  settling.see("goes", status(5), milliseconds(0));
  settling.end_scan();
  settling.begin_scan();
  settling.see("stays", status(5), milliseconds(1000));
  settling.end_scan();

  EXPECT_THAT(settling.waiting(), ElementsAre("stays"));
  EXPECT_TRUE(settling.see("stays", status(5), milliseconds(2000)));
}

TEST(Settling, WhatComesBackWaitsFromTheBeginning) {
  Settling settling(kSettle);
  settling.see("a", status(5), milliseconds(0));
  settling.forget("a");
  settling.forget("never seen");
  EXPECT_FALSE(settling.see("a", status(5), milliseconds(2000)));
}

TEST(Settling, WhatHadSettledBeforeIsDueAtOnce) {
  Settling settling(kSettle);
  settling.see_settled("a", status(5), milliseconds(10));
  EXPECT_THAT(settling.due(milliseconds(10)), ElementsAre("a"));
  EXPECT_FALSE(settling.see("a", status(6), milliseconds(20)));
}

}  // namespace
}  // namespace cb::watch
