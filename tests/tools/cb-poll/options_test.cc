#include "options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace cb::poll {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

Options parse(std::vector<std::string> words) {
  words.insert(words.begin(), "cb-poll");
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

TEST(Options, AreRead) {
  const auto options = parse({"board", "--full", "-n", "other", "--every", "5m"});

  EXPECT_THAT(options.sources, ElementsAre("board", "other"));
  EXPECT_TRUE(options.full);
  EXPECT_TRUE(options.dry_run);
  EXPECT_TRUE(options.follow);
  EXPECT_EQ(options.every, std::chrono::minutes(5));
}

TEST(Options, OfAnInputAreRead) {
  const auto options = parse({"--input", "-", "--source", "mail"});

  EXPECT_EQ(options.input, "-");
  EXPECT_EQ(options.source, "mail");
}

TEST(Options, ThatContradictEachOtherAreRefused) {
  const struct {
    std::vector<std::string> words;
    std::string begin;
  } cases[] = {
      {{"board", "--input", "-"}, "option --input: "},
      {{"--full", "--input", "-"}, "option --full: "},
      {{"--follow", "--input", "-"}, "option --follow: "},
      {{"--every", "1m", "--input", "-"}, "option --follow: "},
      {{"--source", "board"}, "option --source: only with --input"},
      {{"--input", "-", "--source", "a b"}, "option --source: 'a b' is not a name"},
      {{"--input", ""}, "option --input: '' is not a path"},
  };
  for (const auto& given : cases) EXPECT_THAT(refusal(given.words), StartsWith(given.begin));
}

}  // namespace
}  // namespace cb::poll
