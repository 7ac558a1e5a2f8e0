#include "mend.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace cb::upstream_clickup {
namespace {

TEST(Mend, ReplacesWhatNoTextCanHold) {
  const std::pair<std::string, std::string> cases[] = {
      {R"("\ud83d")", R"("\ufffd")"},
      {R"("\uDE00x")", R"("\ufffdx")"},
      {R"("\ud83d\ud83d\ude00")", R"("\ufffd\ud83d\ude00")"},
      {R"("\ud83d\n")", R"("\ufffd\n")"},
      {R"("\ud83d)", R"("\ufffd)"},
      {"\"a\xFFz\"", "\"a\xEF\xBF\xBDz\""},
      {"\"\xC3\"", "\"\xEF\xBF\xBD\""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(mended(text), expected) << text;
}

TEST(Mend, LeavesEverythingElse) {
  for (const std::string text :
       {R"({"a":"\ud83d\ude00\\ud83d\"é"})", R"("\\")", R"("\\\\ud83d")", R"(\u12)", "\\", ""}) {
    EXPECT_EQ(mended(text), text);
  }
}

TEST(Mend, OneBrokenTitleHidesNoPage) {
  EXPECT_EQ(parse_answer(R"({"tasks":[{"name":"x\ud83d"},{"name":"y"}]})")["tasks"][1]["name"],
            "y");
  EXPECT_THROW(parse_answer("<html>"), Error);
}

}  // namespace
}  // namespace cb::upstream_clickup
