#include "options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace cb::watch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Options parse(std::vector<std::string> words) {
  words.insert(words.begin(), "cb-watch");
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

TEST(Options, OfWatchesAreRead) {
  const auto options = parse({"inbox", "--no-hint", "scans", "--every", "5s"});

  EXPECT_EQ(options.command, Command::watch);
  EXPECT_THAT(options.names, ElementsAre("inbox", "scans"));
  EXPECT_TRUE(options.follow);
  EXPECT_EQ(options.every, std::chrono::seconds(5));
  EXPECT_FALSE(options.use_hints);
}

TEST(Options, AreNotNeeded) {
  const auto options = parse({});
  EXPECT_EQ(options.command, Command::watch);
  EXPECT_THAT(options.names, IsEmpty());
  EXPECT_FALSE(options.follow);
  EXPECT_TRUE(options.use_hints);
}

TEST(Options, OfAFilterAreRead) {
  const auto options = parse({"--dir", "in", "--match", "*.csv", "--match", "*.txt", "--ignore",
                              "x*", "-r", "--settle", "100ms", "--as", "mail", "--again", "-0"});

  EXPECT_EQ(options.command, Command::filter);
  EXPECT_EQ(options.dir, "in");
  EXPECT_THAT(options.match, ElementsAre("*.csv", "*.txt"));
  EXPECT_THAT(options.ignore, ElementsAre("x*"));
  EXPECT_TRUE(options.recursive);
  EXPECT_EQ(options.settle, std::chrono::milliseconds(100));
  EXPECT_EQ(options.as, "mail");
  EXPECT_TRUE(options.again);
  EXPECT_TRUE(options.print0);
}

TEST(Options, OfTieAndListAreRead) {
  const auto tie = parse({"tie", "a file.csv", "board:1"});
  EXPECT_EQ(tie.command, Command::tie);
  EXPECT_EQ(tie.file, "a file.csv");
  EXPECT_EQ(tie.task, "board:1");

  const auto list = parse({"list", "inbox", "--stage", "unmatched", "--stage", "gone"});
  EXPECT_EQ(list.command, Command::list);
  EXPECT_THAT(list.names, ElementsAre("inbox"));
  EXPECT_THAT(list.stages, ElementsAre(state::FileStage::unmatched, state::FileStage::gone));
}

TEST(Options, ThatContradictEachOtherAreRefused) {
  const struct {
    std::vector<std::string> words;
    std::string begin;
  } cases[] = {
      {{"inbox", "--dir", "d"}, "option --dir: "},
      {{"--match", "*.csv"}, "option --match: only with --dir; a watch has \"match\""},
      {{"inbox", "--ignore", "x"}, "option --ignore: only with --dir"},
      {{"inbox", "--settle", "1s"}, "option --settle: only with --dir"},
      {{"inbox", "-r"}, "option --recursive: only with --dir"},
      {{"inbox", "--as", "x"}, "option --as: only with --dir"},
      {{"inbox", "--again"}, "option --again: only with --dir"},
      {{"inbox", "--print0"}, "option --print0: only with --dir"},
      {{"--dir", "d", "--as", "a b"}, "option --as: 'a b' is not a name"},
      {{"--dir", "d", "--json", "--print0"}, "options --json and --print0: "},
      {{"--dir", ""}, "option --dir: '' is not a path"},
      {{"--dir", "d", "--settle", "2"}, "option --settle: '2' is not a duration"},
      {{"--dir", "d", "--dry-run", "--follow"}, "option --follow: "},
      {{"list", "--stage", "new"}, "option --stage: 'new' is not one of listed, "},
      {{"list", "--dir", "d"}, "unexpected argument '--dir'"},
      {{"list", "--follow"}, "unexpected argument '--follow'"},
      {{"tie", "a", "b", "--every", "1s"}, "unexpected argument '--every'"},
      {{"tie", "a"}, ""},
  };
  for (const auto& each : cases)
    EXPECT_THAT(refusal(each.words), StartsWith(each.begin)) << each.begin;
}

}  // namespace
}  // namespace cb::watch
