#include "cli/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cb::cli {
namespace {

using testing::ElementsAre;

const std::vector<Column> kWide = {
    {"task"}, {"runs", Align::right}, {"title", Align::left, true}, {"reason", Align::left, true}};

TEST(DisplayWidth, CountsTerminalCells) {
  const std::vector<std::pair<std::string, int>> cases = {
      {"", 0},         {"abc", 3},
      {"é", 1},        {"e\u0301", 1},             // combining accent
      {"日本", 4},     {"ﾊ", 1},                   // half width
      {"👍", 2},       {"👩‍👩‍👧", 2},  // joined
      {"❤\uFE0F", 2},                              // text form asked to be an emoji
      {"🇳🇴", 2},                                   // flag
      {"a\u200Bb", 2},                             // zero width space
      {"\xff\xfe", 2},                             // not UTF-8
      {"a\nb", 3},
  };
  for (const auto& [text, width] : cases) EXPECT_EQ(display_width(text), width) << text;
}

TEST(Fit, CutsAtWholeClustersAndMarksTheCut) {
  EXPECT_EQ(fit("abc", 3), "abc");
  EXPECT_EQ(fit("abcd", 3), "ab…");
  EXPECT_EQ(fit("日本語", 5), "日本…");
  EXPECT_EQ(fit("日本語", 4), "日…");  // never half a character
  EXPECT_EQ(fit("ae\u0301b", 2), "a…");
  EXPECT_EQ(fit("abcdef", 5, "..."), "ab...");
  EXPECT_EQ(fit("abcdef", 2, "..."), "ab");
  EXPECT_EQ(fit("abc", 0), "");
}

TEST(FittedWidths, AreAsWideAsTheContentWhereItFits) {
  const std::vector<Row> rows = {{"board:1", "2", "A title", "ready"}};

  EXPECT_THAT(fitted_widths(kWide, rows, 80), ElementsAre(7, 4, 7, 6));
}

TEST(FittedWidths, ShrinkTheWillingColumnsInProportion) {
  const std::vector<Row> rows = {{"board:1", "2", std::string(48, 't'), std::string(28, 'r')}};

  const auto widths = fitted_widths(kWide, rows, 63);

  EXPECT_THAT(widths, ElementsAre(7, 4, 28, 18));  // 30 cells less, 20 and 10
}

TEST(FittedWidths, ShrinkOthersOnlyWhenTheWillingAreAtTheirLeast) {
  const std::vector<Row> rows = {
      {std::string(30, 'b'), "2", std::string(20, 't'), std::string(20, 'r')}};

  EXPECT_THAT(fitted_widths(kWide, rows, 56), ElementsAre(30, 4, 8, 8));
  EXPECT_THAT(fitted_widths(kWide, rows, 46), ElementsAre(20, 4, 8, 8));
  EXPECT_THAT(fitted_widths(kWide, rows, 1), ElementsAre(8, 4, 8, 8));
}

TEST(FittedWidths, FitEveryTerminalWideEnough) {
  const std::vector<Row> rows = {{"board:1", "12345", std::string(61, 't'), std::string(37, 'r')}};
  for (int terminal = 36; terminal < 120; ++terminal) {
    const auto widths = fitted_widths(kWide, rows, terminal);
    const int needed = widths[0] + widths[1] + widths[2] + widths[3] + 6;
    EXPECT_EQ(needed, std::min(terminal, 116)) << terminal;
  }
}

TEST(FittedWidths, FitHoweverLongTheText) {
  const std::vector<Row> rows = {{"board:1", "2", std::string(200'000, 't'), "ready"}};

  EXPECT_THAT(fitted_widths(kWide, rows, 63), ElementsAre(7, 4, 40, 6));
}

TEST(StreamWidths, GiveWhatIsLeftToTheColumnsThatShrink) {
  EXPECT_THAT(stream_widths(kWide, 80), ElementsAre(8, 8, 29, 29));
  EXPECT_THAT(stream_widths(kWide, 10), ElementsAre(8, 8, 8, 8));
}

TEST(TableLine, AlignsCutsAndLeavesNoBlanksAtTheEnd) {
  const std::vector<int> widths = {8, 4, 6, 8};

  EXPECT_EQ(header_line(kWide, widths, {}), "TASK      RUNS  TITLE   REASON");
  EXPECT_EQ(table_line(kWide, {"b:1", "12", "A long title", "ready"}, widths, {}),
            "b:1         12  A lon…  ready");
  EXPECT_EQ(table_line(kWide, {"b:1", "12", "日本語文", "ready"}, widths, {}),
            "b:1         12  日本…   ready");
}

TEST(TableLine, NumbersAreNeverCut) {
  EXPECT_EQ(table_line(kWide, {"b:1", "1234567", "t", ""}, std::vector<int>{3, 4, 1, 1}, {}),
            "b:1  1234567  t  ");
}

TEST(TableLine, ColoursCellsByTheirColumn) {
  const auto style = [](std::string_view cell) {
    return cell == "bad" ? Style::bad : Style::plain;
  };
  const std::vector<Column> columns = {{"state", Align::left, false, style}, {"x"}};
  const std::vector<int> widths = {5, 1};

  EXPECT_EQ(table_line(columns, {"bad", "1"}, widths, {.color = true}), "\033[31mbad\033[0m    1");
  EXPECT_EQ(table_line(columns, {"good", "1"}, widths, {.color = true}), "good   1");
  EXPECT_EQ(table_line(columns, {"bad", "1"}, widths, {}), "bad    1");
}

}  // namespace
}  // namespace cb::cli
