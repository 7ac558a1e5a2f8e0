#include "cursor.h"

#include <gtest/gtest.h>

namespace cb::upstream_clickup {
namespace {

using std::chrono::minutes;

constexpr Instant kThen{Duration(1'763'700'000'789)};

TEST(Cursor, IsReadBackAsWritten) {
  for (const Cursor& cursor :
       {Cursor{kThen, 1'763'700'003}, Cursor{kThen, std::nullopt}, Cursor{kThen, 0}}) {
    EXPECT_EQ(parse_cursor(to_string(cursor)), cursor) << to_string(cursor);
  }
  for (const char* text : {"", " ", "x", "5 x", "-5", "5 5 5", "99999999999999999"}) {
    EXPECT_EQ(parse_cursor(text), std::nullopt) << text;
  }
}

TEST(Cursor, ListsBeginALittleEarlierUntilNothingCanHaveLagged) {
  EXPECT_EQ(list_after({kThen, 5}), kThen - minutes(2));
  EXPECT_EQ(list_after({kThen, std::nullopt}), kThen);
  EXPECT_EQ(list_after({Instant(Duration(5)), 5}), Instant{});
}

TEST(Cursor, IsTheLatestChangeListed) {
  EXPECT_EQ(cursor_after({}, kThen, kThen + minutes(1)), (Cursor{kThen, 1'763'700'060}));
  EXPECT_EQ(cursor_after(Cursor{kThen, 5}, kThen + minutes(3), kThen + minutes(4))->watermark,
            kThen + minutes(3));
  EXPECT_EQ(cursor_after({}, std::nullopt, kThen), std::nullopt);
}

TEST(Cursor, IsNotAfterTheBeginningOfTheListing) {
  EXPECT_EQ(cursor_after({}, kThen + minutes(5), kThen)->watermark, kThen);
}

TEST(Cursor, NeverGoesBack) {
  EXPECT_EQ(cursor_after(Cursor{kThen, 5}, kThen - minutes(5), kThen)->watermark, kThen);
  EXPECT_EQ(cursor_after(Cursor{kThen, 5}, std::nullopt, kThen)->watermark, kThen);
  EXPECT_EQ(cursor_after(Cursor{kThen, 5}, std::nullopt, kThen - minutes(60))->watermark, kThen);
}

TEST(Cursor, IsSettledOnceItHasBeenTheLatestForTenMinutes) {
  const auto at = [](int64_t seconds) { return Instant(std::chrono::seconds(seconds)); };
  const Cursor cursor{kThen, 1'763'700'100};
  EXPECT_EQ(cursor_after(cursor, kThen, at(1'763'700'699)), cursor);
  EXPECT_EQ(cursor_after(cursor, kThen, at(1'763'700'700)), (Cursor{kThen, std::nullopt}));
  EXPECT_EQ(cursor_after(cursor, kThen, std::nullopt), cursor);
  EXPECT_EQ(cursor_after(Cursor{kThen, std::nullopt}, kThen, at(1'763'700'701)),
            (Cursor{kThen, std::nullopt}));
  EXPECT_TRUE(
      cursor_after(Cursor{kThen, std::nullopt}, kThen + minutes(20), at(1'763'800'000))->since);
}

}  // namespace
}  // namespace cb::upstream_clickup
