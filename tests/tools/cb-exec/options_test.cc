#include "options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace cb::exec {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Options parse(std::vector<std::string> words) {
  words.insert(words.begin(), "cb-exec");
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
  const auto options = parse(
      {"1", "board:2", "-j", "4", "--limit", "9", "--kind", "Report", "--retry", "--grace", "5s"});

  EXPECT_THAT(options.tasks, ElementsAre("1", "board:2"));
  EXPECT_EQ(options.jobs, 4);
  EXPECT_EQ(options.limit, 9);
  EXPECT_EQ(options.kind, "Report");
  EXPECT_TRUE(options.retry);
  EXPECT_EQ(options.grace, std::chrono::seconds(5));
  EXPECT_FALSE(options.command);
}

TEST(Options, WhatFollowsTwoDashesIsTheCommandWhateverItLooksLike) {
  const auto options = parse({"nightly", "--timeout", "1h", "--", "sh", "-c", "--", "--jobs"});

  EXPECT_THAT(options.tasks, ElementsAre("nightly"));
  EXPECT_EQ(options.timeout, std::chrono::hours(1));
  EXPECT_THAT(options.command.value(), ElementsAre("sh", "-c", "--", "--jobs"));
}

TEST(Options, ThatContradictEachOtherAreRefused) {
  const struct {
    std::vector<std::string> words;
    std::string says;
  } cases[] = {
      {{"--timeout", "1s"}, "--timeout goes with -- COMMAND"},
      {{"--attempts", "2"}, "--attempts goes with -- COMMAND"},
      {{"--follow", "1"}, "--follow does not go with TASK"},
      {{"--", "true"}, "needs exactly one TASK"},
      {{"a", "b", "--", "true"}, "needs exactly one TASK"},
      {{"a", "--"}, "needs a command after it"},
      {{"a", "--jobs", "2", "--", "true"}, "do not go with -- COMMAND"},
      {{"a", "--follow", "--", "true"}, "do not go with -- COMMAND"},
      {{"--jobs", "0"}, "--jobs"},
      {{"--limit", "none"}, "--limit"},
  };
  for (const auto& given : cases) EXPECT_THAT(refusal(given.words), HasSubstr(given.says));
}

}  // namespace
}  // namespace cb::exec
