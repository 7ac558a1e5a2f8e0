#include "statuses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fold.h"
#include "inspect.h"

namespace cb::upstream_clickup {
namespace {

const TaskList kList{
    .id = "901", .name = "Sprint 14", .statuses = {"to do", "geprüft", "In Review", "done"}};

TEST(Statuses, AreFoundWhateverTheirCaseAndGivenAsTheListWritesThem) {
  EXPECT_EQ(find_status(kList, "TO DO"), "to do");
  EXPECT_EQ(find_status(kList, "in review"), "In Review");
  EXPECT_EQ(find_status(kList, "GEPRÜFT"), "geprüft");
  EXPECT_EQ(find_status(kList, "to  do"), std::nullopt);
  EXPECT_EQ(find_status(kList, ""), std::nullopt);
}

TEST(Statuses, TheSameWordIsPreferred) {
  const TaskList list{.id = "1", .name = "L", .statuses = {"Done", "done"}};
  EXPECT_EQ(find_status(list, "done"), "done");
  EXPECT_EQ(find_status(list, "Done"), "Done");
}

TEST(Statuses, AMissingOneIsToldWithThoseThatThereAre) {
  EXPECT_EQ(
      describe_missing(kList, "blocked"),
      "no status \"blocked\" on the list \"Sprint 14\"; it has: to do, geprüft, In Review, done");
}

TEST(Statuses, OfAListAreThoseOfItsAnswer) {
  const TaskList list = read_list(parse_json(
      R"({"id":"901","name":"Sprint","status":{"status":"red"},"statuses":[{"status":"to do"},{"id":"x"},{"status":"done"}]})"));
  EXPECT_THAT(list.statuses, ::testing::ElementsAre("to do", "done"));
}

TEST(Statuses, TheConfiguredWordsThatAListLacksAreFound) {
  const Words words = words_in(parse_json(
      R"({"ready":["to do","queued"],"running":"in progress","succeeded":"IN REVIEW","failed":"done"})"));

  const auto missing = missing_words(kList, words);

  ASSERT_EQ(missing.size(), 2U);
  EXPECT_EQ(missing[0].text,
            "list Sprint 14 (901): no status \"queued\", which is to mean ready; it has: to do, "
            "geprüft, In Review, done");
  EXPECT_THAT(missing[1].text, ::testing::HasSubstr("\"in progress\", which is to mean running"));
}

TEST(Fold, MakesCapitalsOfLatinGreekAndCyrillicSmall) {
  const std::pair<const char*, const char*> cases[] = {
      {"TO DO 1", "to do 1"}, {"ÆØÅ", "æøå"},       {"ŁÓDŹ", "łódź"}, {"ČĚŠ", "čěš"},
      {"ΣΩ", "σω"},           {"ГОТОВО", "готово"}, {"ЁЖ", "ёж"},     {"×÷ß", "×÷ß"},
      {"日本", "日本"},       {"Ÿ", "ÿ"},           {"\xC3", "\xC3"}, {"ŅŉŊ", "ņŉŋ"},
  };
  for (const auto& [text, folded] : cases) EXPECT_EQ(fold_case(text), folded) << text;
}

}  // namespace
}  // namespace cb::upstream_clickup
