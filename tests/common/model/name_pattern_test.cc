#include "model/name_pattern.h"

#include <gtest/gtest.h>

#include <chrono>

namespace cb::model {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(NamePattern, TakesValuesOutOfAName) {
  EXPECT_EQ(fields_from_name("{Client} - {Month}.xlsx", "Acme - November 2026.xlsx"),
            (Fields{{"Client", "Acme"}, {"Month", "November 2026"}}));
}

TEST(NamePattern, GivesTheFirstNameAsLittleAsPossible) {
  EXPECT_EQ(fields_from_name("{A}-{B}", "a-b-c"), (Fields{{"A", "a"}, {"B", "b-c"}}));
  EXPECT_EQ(fields_from_name("{A}-{B}-{C}.txt", "a-b-c-d.txt"),
            (Fields{{"A", "a"}, {"B", "b"}, {"C", "c-d"}}));
}

TEST(NamePattern, GoesOnWhenTheFirstPlaceDoesNotFit) {
  EXPECT_EQ(fields_from_name("{A}.txt", "a.txt.txt"), (Fields{{"A", "a.txt"}}));
}

TEST(NamePattern, IgnoresTheCaseOfAsciiLetters) {
  EXPECT_EQ(fields_from_name("Report {Client}.PDF", "REPORT Acme.pdf"),
            (Fields{{"Client", "Acme"}}));
}

TEST(NamePattern, LetsAStarStandForAnything) {
  EXPECT_EQ(fields_from_name("*_{Client}.csv", "2026_11_Acme.csv"),
            (Fields{{"Client", "11_Acme"}}));
  EXPECT_EQ(fields_from_name("{Client}_*", "Acme_"), (Fields{{"Client", "Acme"}}));
}

TEST(NamePattern, HasBracesForBraces) {
  EXPECT_EQ(fields_from_name("{{{Id}}}.txt", "{7}.txt"), (Fields{{"Id", "7"}}));
}

TEST(NamePattern, CutsBlanksAroundAValueAndTakesNoBlankForOne) {
  EXPECT_EQ(fields_from_name("{A}-{B}", " a - b "), (Fields{{"A", "a"}, {"B", "b"}}));
  EXPECT_EQ(fields_from_name("{A}-{B}", " - b"), std::nullopt);
  EXPECT_EQ(fields_from_name("{A} {B}", "  x y"), (Fields{{"A", "x"}, {"B", "y"}}));
}

TEST(NamePattern, FitsTheWholeNameOrNot) {
  EXPECT_EQ(fields_from_name("{A}.txt", "a.txt~"), std::nullopt);
  EXPECT_EQ(fields_from_name("{A}.txt", ".txt"), std::nullopt);
  EXPECT_EQ(fields_from_name("x{A}", "a"), std::nullopt);
  EXPECT_EQ(fields_from_name("report.txt", "report.txt"), Fields{});
}

TEST(NamePattern, DoesNotFitBytesThatAreNoUtf8) {
  EXPECT_EQ(fields_from_name("{A}.txt", "a\xff.txt"), std::nullopt);
}

TEST(NamePattern, KeepsCharactersWhole) {
  EXPECT_EQ(fields_from_name("{A}*", "\u00e9a"), std::nullopt);  // refused: two in a row
  EXPECT_EQ(fields_from_name("{A}-*", "\u00e9-"), (Fields{{"A", "\u00e9"}}));
}

TEST(NamePattern, TellsWhatIsWrongAndWhere) {
  EXPECT_EQ(check_name_pattern("{Client} - {Month}.xlsx"), std::nullopt);
  EXPECT_EQ(check_name_pattern("{Work Category}_{\u00c5r}*"),
            "column 22: nothing between two placeholders tells where the "
            "first ends; put text between them");
  EXPECT_EQ(check_name_pattern(""), "it is empty");
  EXPECT_EQ(check_name_pattern("a{}"), "column 2: {} needs the name of a field");
  EXPECT_EQ(check_name_pattern("{A}-{A}"), "column 5: {A} stands there twice");
  EXPECT_EQ(check_name_pattern("a{b"), "column 2: a '{' that is not closed; write {{ for a brace");
  EXPECT_EQ(check_name_pattern("a}b"), "column 2: a '}' without '{'; write }} for a brace");
  EXPECT_TRUE(check_name_pattern("{A}{B}"));
  EXPECT_TRUE(check_name_pattern("**"));
  EXPECT_TRUE(check_name_pattern("{A\n}"));
  EXPECT_TRUE(check_name_pattern("{A\xff}"));
}

TEST(NamePattern, TakesBoundedTime) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "{N" + std::to_string(i) + "}a";
  pattern += "b";
  const auto begin = std::chrono::steady_clock::now();

  EXPECT_EQ(fields_from_name(pattern, std::string(4000, 'a')), std::nullopt);

  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

}  // namespace
}  // namespace cb::model
