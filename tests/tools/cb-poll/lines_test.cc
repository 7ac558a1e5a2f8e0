#include "lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "support/temporary_directory.h"

namespace cb::poll {
namespace {

using ::testing::ElementsAre;

using Kind = Lines::Line::Kind;

std::vector<std::string> all(const std::string& text) {
  const cb::testing::TemporaryDirectory directory;
  std::ofstream(directory / "in") << text;
  Lines lines(directory / "in");
  std::vector<std::string> found;
  for (;;) {
    const auto line = lines.next(std::nullopt);
    if (line.kind == Kind::end) return found;
    found.push_back(line.kind == Kind::too_long ? "(too long)" : line.text);
    EXPECT_EQ(lines.number(), static_cast<int64_t>(found.size()));
  }
}

TEST(Lines, ComeOneByOneWithoutTheirEnds) {
  EXPECT_THAT(all(""), ElementsAre());
  EXPECT_THAT(all("\n"), ElementsAre(""));
  EXPECT_THAT(all("a\n\nbc\n"), ElementsAre("a", "", "bc"));
  EXPECT_THAT(all("a\nno end"), ElementsAre("a", "no end"));
}

TEST(Lines, AreWholeAcrossBlocks) {
  const std::string most(100'000, 'x'), second(70'000, 'y');
  EXPECT_THAT(all(most + "\n" + second + "\nz\n"), ElementsAre(most, second, "z"));
}

TEST(Lines, OfMoreThanAMebibyteArePassedOver) {
  const std::string longest(Lines::kLongest, 'x');
  EXPECT_THAT(all(longest + "\nb\n"), ElementsAre(longest, "b"));
  EXPECT_THAT(all(longest + "x\nb\n"), ElementsAre("(too long)", "b"));
  EXPECT_THAT(all("a\n" + longest + longest + longest + "\nb\n"),
              ElementsAre("a", "(too long)", "b"));
  EXPECT_THAT(all(longest + "xx"), ElementsAre("(too long)"));
}

TEST(Lines, CountTheirBytes) {
  const cb::testing::TemporaryDirectory directory;
  std::ofstream(directory / "in") << "abc\nd\n";
  Lines lines(directory / "in");

  lines.next(std::nullopt);

  EXPECT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines.taken(), 6U);
}

TEST(Lines, OfAMissingFileAreBadData) {
  try {
    const Lines lines("/nowhere/at/all");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::data);
    EXPECT_STREQ(error.what(), "read /nowhere/at/all: No such file or directory");
  }
}

}  // namespace
}  // namespace cb::poll
