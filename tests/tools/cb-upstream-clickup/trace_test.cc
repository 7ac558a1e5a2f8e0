#include "trace.h"

#include <gtest/gtest.h>

#include "os/clock.h"

namespace cb::upstream_clickup {
namespace {

Json comment(const std::string& text, int user = 7) {
  return {{"id", "1"}, {"comment_text", text}, {"user", {{"id", user}}}, {"date", "1763700001234"}};
}

TEST(Trace, AMarkerIsPlainAndItsOwnLine) {
  const std::string text = with_marker("failed: exit 3", "op-1");
  EXPECT_EQ(text, "failed: exit 3\n\n" + marker_of("op-1"));
  EXPECT_EQ(marker_of("op-1").find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789- "),
            std::string::npos);
  EXPECT_EQ(marker_of("op-1").size(), marker_of("op-12").size())
      << "none is the beginning of another";
  EXPECT_NE(marker_of("op-1"), marker_of("op-12"));
}

TEST(Trace, ACommentIsKnownByItsMarkerAndItsAuthor) {
  const std::string marker = marker_of("op-1");
  EXPECT_TRUE(has_marker(comment("x\n\n" + marker), marker, "7"));
  EXPECT_TRUE(has_marker(comment("x\n\n" + marker), marker, ""));
  EXPECT_FALSE(has_marker(comment("x\n\n" + marker, 8), marker, "7")) << "somebody quotes it";
  EXPECT_FALSE(has_marker(comment("x"), marker, "7"));
  const Json rich = {{"comment", {{{"text", "x\n\nref "}}, {{"text", marker.substr(4)}}}},
                     {"user", {{"id", 7}}}};
  EXPECT_TRUE(has_marker(rich, marker, "7")) << "cut into runs";
}

TEST(Trace, TheIdOfAnOperationMayTellWhenItWasDecided) {
  const Instant at = from_millis(1'763'700'001'234);
  EXPECT_EQ(decided_at(os::new_id(at)), at);
  EXPECT_EQ(decided_at("op-" + os::new_id(at)), at);
  for (const char* op :
       {"", "op-1", "op-01ARZ3NDEKTSV4RRFFQ69G5FAI", "01arz3ndektsv4rrffq69g5fav"}) {
    EXPECT_EQ(decided_at(op), std::nullopt) << op;
  }
}

TEST(Trace, AFileIsKnownByNameSizeAndDate) {
  const Json attachment = {{"title", "a.log"}, {"size", 5}, {"date", 1'763'700'001'234}};
  const Instant at = from_millis(1'763'700'001'234);
  EXPECT_TRUE(is_file(attachment, {.name = "a.log", .size = 5, .not_before = at}));
  EXPECT_TRUE(is_file(attachment, {.name = "a.log", .size = 5, .not_before = {}}));
  EXPECT_FALSE(is_file(attachment, {.name = "a.log", .size = 6, .not_before = {}}));
  EXPECT_FALSE(is_file(attachment, {.name = "b.log", .size = 5, .not_before = {}}));
  EXPECT_FALSE(is_file(attachment, {.name = "a.log", .size = 5, .not_before = at + Duration(1)}));
  EXPECT_FALSE(is_file(Json::object(), {.name = "a.log", .size = 5, .not_before = {}}));
}

}  // namespace
}  // namespace cb::upstream_clickup
