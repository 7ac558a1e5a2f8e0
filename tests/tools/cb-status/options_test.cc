#include "options.h"

#include <gmock/gmock.h>

namespace cb::status {
namespace {

using model::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::optional<Options> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "cb-status");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  return parse_options(static_cast<int>(argv.size()), argv.data());
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

TEST(Options, SummaryIsTheDefault) {
  EXPECT_EQ(parse({})->command, Command::summary);
  EXPECT_EQ(parse({"--json"})->command, Command::summary);
  EXPECT_EQ(parse({"summary"})->command, Command::summary);
}

TEST(Options, TaskAloneIsShown) {
  const auto options = parse({"board:1", "2"}).value();

  EXPECT_EQ(options.command, Command::show);
  EXPECT_THAT(options.tasks, ElementsAre("board:1", "2"));
}

TEST(Options, CommandsTakeTheirTasks) {
  EXPECT_THAT(parse({"show", "a", "b"})->tasks, ElementsAre("a", "b"));
  EXPECT_THAT(parse({"why", "a", "b"})->tasks, ElementsAre("a", "b"));
  EXPECT_THAT(parse({"log", "a"})->tasks, ElementsAre("a"));
  EXPECT_THAT(parse({"events", "a"})->tasks, ElementsAre("a"));
  EXPECT_THAT(parse({"events"})->tasks, ElementsAre());
  EXPECT_EQ(parse({"why", "a"})->command, Command::why);
}

TEST(Options, ListTakesConditions) {
  const auto options = parse({"list",     "--state", "held",      "--state=failed",
                              "--source", "board",   "--kind",    "K",
                              "--reason", "retry",   "--handler", "h",
                              "--key",    "k",       "--match",   "t",
                              "--limit",  "7",       "--sort",    "due",
                              "--json"})
                           .value();

  EXPECT_EQ(options.command, Command::list);
  EXPECT_THAT(options.filter.states, ElementsAre(State::held, State::failed));
  EXPECT_EQ(options.filter.source + options.filter.kind + options.filter.reason, "boardKretry");
  EXPECT_EQ(options.filter.handler + options.filter.key + options.filter.match, "hkt");
  EXPECT_EQ(options.filter.limit, 7);
  EXPECT_EQ(options.filter.order, state::Order::due);
  EXPECT_TRUE(options.common.json);
}

TEST(Options, StateOfListIsAStateOrADirectory) {
  EXPECT_EQ(parse({"--state", "/x", "list", "--state", "held"})->common.state, "/x");
  EXPECT_EQ(parse({"list", "--state", "./held"})->common.state, "./held");
  EXPECT_EQ(parse({"show", "a", "--state", "held"})->common.state, "held");
  EXPECT_THAT(refusal({"list", "--state", "done"}),
              HasSubstr("option --state: 'done' is none of held, blocked, ready"));
}

TEST(Options, SinceIsATimeOrADuration) {
  EXPECT_EQ(std::get<Duration>(*parse({"events", "--since", "2h"})->since), std::chrono::hours(2));
  EXPECT_EQ(std::get<Instant>(*parse({"events", "--since", "2026-11-30"})->since),
            parse_rfc3339("2026-11-30T00:00:00Z"));
  EXPECT_THAT(refusal({"events", "--since", "yesterday"}),
              HasSubstr("option --since: 'yesterday' is neither"));
}

TEST(Options, FollowAndLinesHaveShortForms) {
  const auto options = parse({"log", "-f", "-n", "20", "--raw", "a"}).value();

  EXPECT_TRUE(options.follow);
  EXPECT_TRUE(options.raw);
  EXPECT_EQ(options.lines, 20);
}

TEST(Options, WhatCannotBeMeantIsRefused) {
  const struct {
    std::vector<std::string> words;
    const char* line;
  } cases[] = {
      {{"show"}, "TASK"},
      {{"why"}, "TASK"},
      {{"log"}, "TASK"},
      {{"log", "a", "b"}, "unexpected argument 'b'"},
      {{"summary", "a"}, "unexpected argument 'a'; see cb-status summary --help"},
      {{"list", "a"}, "unexpected argument 'a'"},
      {{"log", "a", "--json"}, "option --json"},
      {{"list", "--limit", "0"}, "option --limit"},
      {{"list", "--sort", "size"}, "option --sort"},
      {{"log", "a", "-n", "-1"}, "--lines"},
      {{"--folow"}, "unknown option --folow"},
  };
  for (const auto& [words, line] : cases)
    EXPECT_THAT(refusal(words), HasSubstr(line)) << words.front();
}

}  // namespace
}  // namespace cb::status
