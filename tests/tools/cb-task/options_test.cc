#include "options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace cb::task {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

Options parse(std::vector<std::string> words) {
  words.insert(words.begin(), "cb-task");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return parse_options(static_cast<int>(words.size()), argv.data()).value();
}

std::string refusal(const std::vector<std::string>& words) {
  try {
    parse(words);
    return "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::usage);
    return error.what();
  }
}

TEST(Options, OfAnAddedTaskAreRead) {
  const auto options =
      parse({"add", "Write it", "--id", "7", "--kind", "Report", "--source", "mail", "--due",
             "2026-11-30", "--priority", "1", "--after", "6", "--after", "board:5"});

  const auto& task = options.added;
  EXPECT_EQ(options.command, Command::add);
  EXPECT_EQ(model::to_string(task.name), "mail:7");
  EXPECT_EQ(task.title, "Write it");
  EXPECT_EQ(task.kind, "Report");
  EXPECT_EQ(task.due, parse_rfc3339("2026-11-30T00:00:00Z"));
  EXPECT_EQ(task.priority, 1);
  EXPECT_THAT(task.after, ElementsAre(model::TaskName{"mail", "6"}, model::TaskName{"board", "5"}));
}

TEST(Options, ATaskIsLocalAndGetsItsIdLater) {
  const auto task = parse({"add", "x"}).added;

  EXPECT_EQ(task.name.source, "local");
  EXPECT_EQ(task.name.id, "");
  EXPECT_EQ(task.priority, 3);
}

TEST(Options, FieldsAreTextsOrJson) {
  const auto task = parse({"add", "x", "--field", "a=1", "--field", "b:=1", "--field", "c=x=y, [z]",
                           "--field", "d:={\"e\":[true]}", "--field", "f="})
                        .added;

  EXPECT_EQ(task.fields, R"({"a":"1","b":1,"c":"x=y, [z]","d":{"e":[true]},"f":""})");
}

TEST(Options, ThatAreWrongAreNamed) {
  const struct {
    std::vector<std::string> words;
    std::string begin;
  } cases[] = {
      {{"add"}, "TITLE"},
      {{"add", ""}, "add: /title: "},
      {{"add", "x", "--id", "a\nb"}, "add: /id: "},
      {{"add", "x", "--source", "a b"}, "add: /source: "},
      {{"add", "x", "--field", "novalue"}, "option --field: 'novalue' is not NAME=VALUE"},
      {{"add", "x", "--field", "=v"}, "option --field: '=v' is not NAME=VALUE"},
      {{"add", "x", "--field", ":=1"}, "option --field: ':=1' is not NAME=VALUE"},
      {{"add", "x", "--field", "a:={"}, "option --field: 'a:={': line 1"},
      {{"add", "x", "--field", "a=\xff"}, "option --field: "},
      {{"add", "x", "--due", "soon"}, "option --due: 'soon' is not a time"},
      {{"add", "x", "--priority", "5"}, "option --priority: '5' is not a whole number"},
      {{"hold"}, "TASK"},
      {{"hole", "1"}, "unknown command 'hole'"},
  };
  for (const auto& given : cases) EXPECT_THAT(refusal(given.words), StartsWith(given.begin));
}

TEST(Options, EveryCommandTakesTasksAndAReason) {
  for (const char* word : {"hold", "release", "cancel", "retry", "forget"}) {
    const auto options = parse({word, "1", "board:2", "--reason", "as I say", "-n"});
    EXPECT_EQ(to_string(options.command), word);
    EXPECT_THAT(options.tasks, ElementsAre("1", "board:2"));
    EXPECT_EQ(options.reason, "as I say");
    EXPECT_TRUE(options.dry_run);
  }
}

}  // namespace
}  // namespace cb::task
