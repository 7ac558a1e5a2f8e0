#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "cli/app.h"
#include "cli/options.h"

namespace cb::cli {
namespace {

struct Parsed {
  bool goes_on = false;
  std::string error;
  Fault fault = Fault::permanent;
  std::string printed;
};

Parsed parse(App& app, std::vector<std::string> words) {
  words.insert(words.begin(), "cb-test");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  Parsed parsed;
  testing::internal::CaptureStdout();
  try {
    parsed.goes_on = app.parse(static_cast<int>(words.size()), argv.data());
  } catch (const Error& error) {
    parsed.error = error.what();
    parsed.fault = error.fault();
  }
  fflush(stdout);
  parsed.printed = testing::internal::GetCapturedStdout();
  return parsed;
}

// A tool with one of everything.
struct Tool {
  App app{"cb-test", "tests the app", "SQLite 3"};
  bool follow = false, dry_run = false;
  std::optional<Duration> every, grace;
  std::optional<int64_t> jobs;
  std::vector<std::string> kinds, tasks;
  std::optional<std::vector<std::string>> command;

  Tool() {
    app.add_loop(follow, every);
    CLI::Option* dry = app.app().add_flag("-n,--dry-run", dry_run, "Change nothing");
    app.app().get_option("--follow")->excludes(dry);
    app.add_duration("--grace", grace, "Time to end");
    add_integer(app.app(), "-j,--jobs", jobs, {1, 1000}, "So many at once");
    add_list(app.app(), "--kind", kinds, "Only this kind");
    add_list(app.app(), "TASK", tasks, "Only these");
  }
};

struct CommandTool {
  App app{"cb-test", "tests commands", ""};
  std::string title;
  std::vector<std::string> tasks;

  CommandTool() {
    app.app().require_subcommand(1);
    app.app().add_subcommand("add", "Add a task")->add_option("TITLE", title, "What")->required();
    add_list(*app.app().add_subcommand("hold", "Hold tasks"), "TASK", tasks, "Which")->required();
  }
};

TEST(App, CommonOptionsAreRead) {
  Tool tool;

  ASSERT_TRUE(
      parse(tool.app, {"--config", "c.json", "--state=s", "--json", "-q", "-v", "--color", "never"})
          .goes_on);

  const CommonOptions& common = tool.app.common();
  EXPECT_EQ(common.config, "c.json");
  EXPECT_EQ(common.state, "s");
  EXPECT_TRUE(common.json && common.quiet && common.verbose);
  EXPECT_EQ(common.color, Color::never);
}

TEST(App, WithoutOptionsAllIsOff) {
  Tool tool;

  ASSERT_TRUE(parse(tool.app, {}).goes_on);

  const CommonOptions& common = tool.app.common();
  EXPECT_FALSE(common.config || common.state || common.json || common.quiet || common.verbose);
  EXPECT_EQ(common.color, Color::automatic);
  EXPECT_FALSE(tool.follow || tool.every || tool.jobs || tool.command);
}

TEST(App, ParsesWithoutEvenAName) {
  Tool tool;

  EXPECT_TRUE(tool.app.parse(0, nullptr));
}

TEST(App, OfAnOptionGivenTwiceTheLastCounts) {
  Tool tool;

  ASSERT_TRUE(parse(tool.app, {"--state", "a", "-j2", "--state", "b", "--jobs", "3"}).goes_on);

  EXPECT_EQ(tool.app.common().state, "b");
  EXPECT_EQ(tool.jobs, 3);
}

TEST(App, EveryImpliesFollow) {
  Tool tool;

  ASSERT_TRUE(parse(tool.app, {"--every", "1m30s"}).goes_on);

  EXPECT_TRUE(tool.follow);
  EXPECT_EQ(tool.every, std::chrono::seconds(90));
}

TEST(App, FollowAloneLeavesThePaceToTheTool) {
  Tool tool;

  ASSERT_TRUE(parse(tool.app, {"--follow"}).goes_on);

  EXPECT_TRUE(tool.follow);
  EXPECT_FALSE(tool.every);
}

TEST(App, ListsTakeTextsAsTheyAre) {
  Tool tool;

  ASSERT_TRUE(parse(tool.app, {"--kind", "[a,b]", "t1", "--kind", "c", "[x,y]", "--", "-z", "--w"})
                  .goes_on);

  EXPECT_THAT(tool.kinds, testing::ElementsAre("[a,b]", "c"));
  EXPECT_THAT(tool.tasks, testing::ElementsAre("t1", "[x,y]", "-z", "--w"));
}

TEST(App, WhatFollowsTwoDashesIsTheCommandAsItIs) {
  Tool tool;
  tool.app.take_command(tool.command);

  ASSERT_TRUE(parse(tool.app, {"t1", "--", "sh", "-c", "[1,2]", "--", "--json", "--x="}).goes_on);

  ASSERT_TRUE(tool.command);
  EXPECT_THAT(*tool.command, testing::ElementsAre("sh", "-c", "[1,2]", "--", "--json", "--x="));
  EXPECT_THAT(tool.tasks, testing::ElementsAre("t1"));
  EXPECT_FALSE(tool.app.common().json);
}

TEST(App, AnEmptyCommandIsNotNoCommand) {
  Tool tool;
  tool.app.take_command(tool.command);

  ASSERT_TRUE(parse(tool.app, {"t1", "--"}).goes_on);

  ASSERT_TRUE(tool.command);
  EXPECT_TRUE(tool.command->empty());
}

TEST(App, WrongArgumentsAreRefusedInOneLineThatHelps) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--folow"}, "unknown option --folow; did you mean --follow?"},
      {{"--folow=1"}, "unknown option --folow; did you mean --follow?"},
      {{"--verb"}, "unknown option --verb; did you mean --verbose?"},
      {{"--zzzzzz"}, "unknown option --zzzzzz; see cb-test --help"},
      {{"-x"}, "unknown option -x; see cb-test --help"},
      {{"--folow", "--jobs", "x"}, "option --jobs: 'x' is not a whole number from 1 to 1000"},
      {{"--jobs", "0"}, "option --jobs: '0' is not a whole number from 1 to 1000"},
      {{"--jobs", "0x10"}, "option --jobs: '0x10' is not a whole number from 1 to 1000"},
      {{"--jobs"}, "option --jobs needs a value: --jobs N"},
      {{"--every", "5"}, "option --every: '5' is not a duration such as 90s, 5m, 1h30m or 3w"},
      {{"--every", "0s"}, "option --every: the time must be longer than 0s"},
      {{"--color", "red"}, "option --color: 'red' is not one of auto, always, never"},
      {{"--json=yes"}, "option --json takes no value"},
      {{"--state=", "t1"}, "option --state: there is nothing after the '='"},
      {{"--state", ""}, "option --state: '' is not a path"},
      {{"--config"}, "option --config needs a value: --config FILE"},
      {{"--follow", "-n"}, "--follow and --dry-run cannot be used together"},
  };
  for (const auto& [words, line] : cases) {
    Tool tool;
    const Parsed parsed = parse(tool.app, words);
    EXPECT_EQ(parsed.error, line) << testing::PrintToString(words);
    EXPECT_EQ(parsed.fault, Fault::usage) << testing::PrintToString(words);
    EXPECT_EQ(parsed.printed, "");
  }
}

TEST(App, WrongCommandsAreRefusedInOneLineThatHelps) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "a command is missing; known are add, hold"},
      {{"ad"}, "unknown command 'ad'; did you mean 'add'?"},
      {{"frobnicate"}, "unknown command 'frobnicate'; known are add, hold"},
      {{"add"}, "TITLE is missing; see cb-test add --help"},
      {{"add", "--titel", "x"}, "unknown option --titel; see cb-test add --help"},
      {{"add", "x", "--jsno"}, "unknown option --jsno; did you mean --json?"},
      {{"add", "x", "y"}, "unexpected argument 'y'; see cb-test add --help"},
      {{"add", "x", "--", "-y"}, "unknown option -y; see cb-test add --help"},
      {{"hold"}, "TASK is missing; see cb-test hold --help"},
  };
  for (const auto& [words, line] : cases) {
    CommandTool tool;
    EXPECT_EQ(parse(tool.app, words).error, line) << testing::PrintToString(words);
  }
}

TEST(App, CommandsTakeTheCommonOptionsToo) {
  CommandTool tool;

  ASSERT_TRUE(parse(tool.app, {"add", "A title", "--json", "--state", "s"}).goes_on);

  EXPECT_TRUE(tool.app.common().json);
  EXPECT_EQ(tool.app.common().state, "s");
  EXPECT_EQ(tool.title, "A title");
}

TEST(App, AnArgumentMayBeNamedLikeACommand) {
  CommandTool tool;

  ASSERT_TRUE(parse(tool.app, {"hold", "add", "hold"}).goes_on);

  EXPECT_THAT(tool.tasks, testing::ElementsAre("add", "hold"));
}

TEST(App, VersionNamesTheToolAndWhatItWasBuiltWith) {
  Tool tool;

  const Parsed parsed = parse(tool.app, {"--version"});

  EXPECT_FALSE(parsed.goes_on);
  EXPECT_EQ(parsed.printed, "cb-test 0.1.0 (SQLite 3)\n");
}

TEST(App, VersionAloneWhenThereIsNothingToAdd) {
  CommandTool tool;

  EXPECT_EQ(parse(tool.app, {"--version"}).printed, "cb-test 0.1.0\n");
}

TEST(App, HelpTeachesUsageOptionsAndExamples) {
  Tool tool;
  tool.app.add_usage("[TASK]...");
  tool.app.add_usage("TASK -- COMMAND");
  tool.app.app().footer("EXAMPLES\n  cb-test x");

  const Parsed parsed = parse(tool.app, {"--help"});

  EXPECT_FALSE(parsed.goes_on);
  EXPECT_EQ(parsed.printed, R"(cb-test: tests the app

Usage: cb-test [TASK]...
       cb-test TASK -- COMMAND

Arguments:
  TASK                  Only these

Options:
      --follow          Go on until told to stop by SIGTERM or SIGINT
      --every DURATION  Look again after this time; implies --follow
  -n, --dry-run         Change nothing
      --grace DURATION  Time to end
  -j, --jobs N          So many at once
      --kind TEXT       Only this kind

Common options:
      --config FILE     Read this configuration (default: $CB_CONFIG, else
                        ~/.config/cb/config.json)
      --state DIR       Keep everything here (default: $CB_STATE, else
                        ~/.local/state/cb)
      --json            Print one JSON object per line
  -q, --quiet           Report problems only: no notes, no progress
  -v, --verbose         Report more of what is done
      --color auto|always|never
                        Use colour; auto: on a terminal, unless NO_COLOR is set
  -h, --help            Print this help
      --version         Print the version

EXAMPLES
  cb-test x
)");
}

TEST(App, HelpOfACommandShowsItsOwnUsageAndTheCommonOptions) {
  CommandTool tool;

  const std::string help = parse(tool.app, {"hold", "--help"}).printed;

  EXPECT_THAT(help, testing::StartsWith("cb-test hold: Hold tasks\n\n"
                                        "Usage: cb-test hold [OPTION]... TASK...\n"));
  EXPECT_THAT(help, testing::HasSubstr("--state DIR"));
}

TEST(App, HelpNamesTheCommands) {
  CommandTool tool;

  const std::string help = parse(tool.app, {"-h"}).printed;

  EXPECT_THAT(help, testing::HasSubstr("Usage: cb-test [OPTION]... COMMAND\n"));
  EXPECT_THAT(help, testing::ContainsRegex("Commands:\n  add +Add a task\n  hold +Hold tasks\n"));
  EXPECT_THAT(help, testing::Not(testing::HasSubstr("--spec")));
}

TEST(App, HelpAnswersEvenWhenTheRestIsWrong) {
  Tool tool;

  const Parsed parsed = parse(tool.app, {"--folow", "--help"});

  EXPECT_EQ(parsed.error, "");
  EXPECT_THAT(parsed.printed, testing::HasSubstr("Usage:"));
}

TEST(App, SpecDescribesOptionsPositionalsAndCommands) {
  Tool tool;

  const Json spec = Json::parse(parse(tool.app, {"--spec"}).printed);

  EXPECT_EQ(spec["name"], "cb-test");
  EXPECT_EQ(spec["synopsis"], "tests the app");
  EXPECT_EQ(spec["positionals"],
            Json::parse(R"([{"name":"TASK","help":"Only these","required":false,"many":true}])"));
  const auto option = [&](const std::string& name) {
    for (const Json& each : spec["options"])
      if (each["long"] == name) return each;
    return Json();
  };
  EXPECT_EQ(option("--jobs"), Json::parse(R"({"long":"--jobs","short":"-j","takes":"N",
                                              "help":"So many at once","many":false})"));
  EXPECT_EQ(option("--kind")["many"], true);
  EXPECT_EQ(option("--color")["choices"], Json({"auto", "always", "never"}));
  EXPECT_FALSE(option("--json").contains("takes"));
  EXPECT_TRUE(option("--spec").is_null());
}

TEST(App, SpecIsOneLine) {
  Tool tool;

  const std::string printed = parse(tool.app, {"--spec"}).printed;

  EXPECT_EQ(printed.find('\n'), printed.size() - 1);
}

TEST(App, SpecTakesOnlyWordsForChoices) {
  App app("cb-test", "tests choices", "");
  std::string target;
  app.app().add_option("--input", target, "Read")->type_name("FILE|-");

  const Json spec = Json::parse(parse(app, {"--spec"}).printed);

  for (const Json& option : spec["options"])
    EXPECT_EQ(option.contains("choices"), option["long"] == "--color") << option["long"];
}

TEST(App, SpecDescribesCommandsLikeApps) {
  CommandTool tool;

  const Json spec = Json::parse(parse(tool.app, {"--spec"}).printed);

  ASSERT_EQ(spec["commands"].size(), 2u);
  EXPECT_EQ(spec["commands"][1]["name"], "hold");
  EXPECT_EQ(spec["commands"][1]["positionals"][0]["required"], true);
}

}  // namespace
}  // namespace cb::cli
