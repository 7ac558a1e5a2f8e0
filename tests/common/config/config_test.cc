#include "config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/error.h"
#include "os/file.h"

namespace cb::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

Config parsed(const std::string& text) { return parse(text, "cb.json", "/etc/cb", "/home/ann"); }

model::Handler handler(const std::string& members) {
  return parsed(R"({"handlers": {"h": {"run": ["x"], )" + members + "}}}").handlers.at(0);
}

Source source(const std::string& members) {
  return parsed(R"({"sources": {"s": {)" + members + "}}}").sources.at(0);
}

// The example that documentation and design show.
constexpr const char* kSample = R"({
  "sources": {
    "board": {
      "upstream": "file",                        // cb-upstream-file; or "clickup"; or an argv
      "options": {"path": "board.json"},
      "statuses": {"ready": ["to do"], "running": "in progress", "succeeded": "internal review", "failed": "needs attention"},
      "opt_in": "fields.Automate",               // absent: every task is in
      "due_within": "3w", "no_due_date": "hold"  // or "run"
    }
  },
  "handlers": {
    "press-release": {
      "match": {"kind": "Press Release"},
      "run": ["write-release", "--client", "{fields.Client}"],
      "timeout": "30m", "attempts": 3, "backoff": {"first": "15s", "factor": 2, "max": "1h"},
      "key": "{fields.Client}",                  // tasks of one key run one at a time, in order
      "concurrency": 2, "artifacts": ["*.md"], "on_crash": "retry"
    }
  },
  "exec": {"jobs": 3},
  "watches": {                                   // each watch is also a source of that name
    "inbox": {"dir": "~/inbox", "match": ["*.xlsx"], "settle": "2s", "kind": "Report",
              "for": {"source": "board", "kind": "Link Building"},
              "on_success": "processed/", "on_failure": "failed/"}
  },
  "backup": {"dest": "/backup/cb", "keep": {"hourly": 24, "daily": 7, "weekly": 4, "monthly": 12}},
  "keep": {"succeeded": "90d", "failed": "365d", "canceled": "30d", "runs": 10}
})";

TEST(Config, TheSampleLoads) {
  const Config config = parsed(kSample);

  EXPECT_EQ(config.path, "cb.json");
  EXPECT_EQ(config.directory, "/etc/cb");
  EXPECT_EQ(config.jobs, 3);
  EXPECT_EQ(config.backup.dest, "/backup/cb");
  EXPECT_EQ(config.backup.keep.monthly, 12);
  EXPECT_EQ(config.keep.states.at("failed"), hours(365 * 24));
  EXPECT_EQ(config.keep.runs, 10);
}

TEST(Config, TheSampleSourceIsReadWhole) {
  const Source board = parsed(kSample).sources.at(0);

  EXPECT_EQ(board.rules.name, "board");
  EXPECT_EQ(board.kind, "file");
  EXPECT_TRUE(board.helper.empty());
  EXPECT_EQ(board.options,
            Json({{"path", "board.json"}}));  // the helper runs in the file's directory
  EXPECT_TRUE(board.rules.has_upstream);
  EXPECT_THAT(board.rules.statuses->ready, ElementsAre("to do"));
  EXPECT_EQ(board.rules.statuses->failed, "needs attention");
  EXPECT_EQ(board.statuses.at("running"), "in progress");
  EXPECT_EQ(board.rules.opt_in, "fields.Automate");
  EXPECT_EQ(board.rules.due_within, hours(21 * 24));
  EXPECT_FALSE(board.rules.run_without_due_date);
  EXPECT_EQ(board.rules.claim, model::Claim::confirmed);
}

TEST(Config, TheSampleHandlerIsReadWhole) {
  const model::Handler release = parsed(kSample).handlers.at(0);

  EXPECT_EQ(release.name, "press-release");
  ASSERT_EQ(release.match.size(), 1u);
  EXPECT_EQ(release.match[0].key, "kind");
  EXPECT_EQ(release.match[0].value, "Press Release");
  EXPECT_THAT(release.run, ElementsAre("write-release", "--client", "{fields.Client}"));
  EXPECT_EQ(release.key, "{fields.Client}");
  EXPECT_EQ(release.concurrency, 2);
  EXPECT_EQ(release.policy.timeout, minutes(30));
  EXPECT_EQ(release.policy.backoff, (model::Backoff{seconds(15), 2, hours(1)}));
  EXPECT_THAT(release.policy.artifacts, ElementsAre("*.md"));
}

TEST(Config, TheSampleWatchIsReadWhole) {
  const Watch inbox = parsed(kSample).watches.at(0);

  EXPECT_EQ(inbox.name, "inbox");
  EXPECT_EQ(inbox.dir, "/home/ann/inbox");
  EXPECT_THAT(inbox.match, ElementsAre("*.xlsx"));
  EXPECT_FALSE(inbox.recursive);
  EXPECT_EQ(inbox.settle, seconds(2));
  EXPECT_EQ(inbox.kind, "Report");
  EXPECT_EQ(inbox.for_source, "board");
  EXPECT_EQ(inbox.for_kind, "Link Building");
  EXPECT_EQ(inbox.on_success, "/home/ann/inbox/processed");
  EXPECT_EQ(inbox.on_failure, "/home/ann/inbox/failed");
}

// The literal blocks of a manual page that are JSON objects.
std::vector<std::string> examples(const std::string& page) {
  std::vector<std::string> found;
  std::istringstream lines(page);
  std::string line, block;
  bool is_literal = false;
  while (std::getline(lines, line)) {
    if (line.starts_with(".Bd -literal")) {
      is_literal = true;
    } else if (line.starts_with(".Ed")) {
      if (block.starts_with("{")) found.push_back(block);
      is_literal = false;
      block.clear();
    } else if (is_literal) {
      block += line + "\n";
    }
  }
  return found;
}

TEST(Config, TheExamplesOfItsManualPageLoad) {
  const auto page = os::read_file(CB_SOURCE_DIR "/man/cb-config.5");
  ASSERT_TRUE(page);

  const auto texts = examples(*page);

  EXPECT_EQ(texts.size(), 3u);
  for (const std::string& text : texts) EXPECT_NO_THROW(parsed(text)) << text;
}

TEST(Config, AnEmptyObjectMeansTheDefaults) {
  const Config config = parsed("{}");

  EXPECT_EQ(config.jobs, 2);
  EXPECT_TRUE(config.sources.empty() && config.handlers.empty() && config.watches.empty());
  EXPECT_EQ(config.backup.dest, "");
  EXPECT_EQ(config.keep.runs, 10);
}

TEST(Config, HandlersKeepTheOrderWritten) {
  const Config config = parsed(R"({"handlers": {"z": {"run": ["x"]}, "a": {"run": ["x"]}}})");

  EXPECT_EQ(config.handlers.at(0).name, "z");
  EXPECT_EQ(config.handlers.at(1).name, "a");
}

TEST(Config, TheFingerprintChangesWithTheText) {
  EXPECT_EQ(parsed("{}").fingerprint, parsed("{}").fingerprint);
  EXPECT_NE(parsed("{}").fingerprint, parsed("{ }").fingerprint);
}

TEST(ConfigSource, StatusesTakeOneReadyWordOrSeveral) {
  const std::string rest = R"("running": "r", "succeeded": "s", "failed": "f"}})";

  EXPECT_THAT(source(R"("statuses": {"ready": "to do", )" + rest.substr(0, rest.size() - 1))
                  .rules.statuses->ready,
              ElementsAre("to do"));
  EXPECT_THAT(source(R"("statuses": {"ready": ["a", "b"], )" + rest.substr(0, rest.size() - 1))
                  .rules.statuses->ready,
              ElementsAre("a", "b"));
}

TEST(ConfigSource, WithoutAnUpstreamNothingIsNeeded) {
  const Source input = source("");

  EXPECT_FALSE(input.rules.has_upstream);
  EXPECT_FALSE(input.rules.statuses || input.rules.opt_in || input.rules.due_within);
  EXPECT_EQ(input.deadline, seconds(60));
  EXPECT_EQ(input.full_every, hours(1));
}

TEST(ConfigSource, ATaskWithoutADueDateIsHeldOnlyBesideDueWithin) {
  EXPECT_TRUE(source("").rules.run_without_due_date);
  EXPECT_FALSE(source(R"("due_within": "3w")").rules.run_without_due_date);
  EXPECT_TRUE(source(R"("due_within": "3w", "no_due_date": "run")").rules.run_without_due_date);
  EXPECT_FALSE(source(R"("no_due_date": "hold")").rules.run_without_due_date);
}

TEST(ConfigSource, AnUpstreamMayBeAnyProgram) {
  const std::string rest =
      R"(, "claim": "optimistic", "deadline": "5s", "full_every": "1d",
         "statuses": {"ready": "a", "running": "b", "succeeded": "c", "failed": "d"})";

  const Source own = source(R"("upstream": ["./helper", "--x={y}", ""])" + rest);

  EXPECT_EQ(own.kind, "");
  EXPECT_THAT(own.helper, ElementsAre("/etc/cb/helper", "--x={y}", ""));
  EXPECT_TRUE(own.rules.has_upstream);
  EXPECT_EQ(own.rules.claim, model::Claim::optimistic);
  EXPECT_EQ(own.deadline, seconds(5));
  EXPECT_EQ(own.full_every, hours(24));
}

TEST(ConfigHandler, ProgramsWithASlashStartAtTheFileAndOthersOnPath) {
  const auto program = [](const std::string& name) {
    return parsed(R"({"handlers": {"h": {"run": [")" + name + R"("]}}})").handlers.at(0).run.at(0);
  };

  EXPECT_EQ(program("bin/write"), "/etc/cb/bin/write");
  EXPECT_EQ(program("../write"), "/etc/write");
  EXPECT_EQ(program("~/bin/write"), "/home/ann/bin/write");
  EXPECT_EQ(program("/usr/bin/write"), "/usr/bin/write");
  EXPECT_EQ(program("write"), "write");
  EXPECT_EQ(program("{config_dir}/write"), "{config_dir}/write");
}

TEST(ConfigHandler, EveryMemberIsRead) {
  const model::Handler all = handler(R"("timeout": "0s", "grace": "3s", "attempts": 5,
      "backoff": {"first": "2h", "factor": 1.5}, "permanent": [1, 255], "snooze": "1m",
      "concurrency": 0, "on_crash": "hold", "cwd": "work")");

  EXPECT_EQ(all.policy.timeout, seconds(0));
  EXPECT_EQ(all.policy.grace, seconds(3));
  EXPECT_EQ(all.policy.attempts, 5);
  EXPECT_EQ(all.policy.backoff, (model::Backoff{hours(2), 1.5, hours(2)}));  // never above its max
  EXPECT_THAT(all.policy.permanent, ElementsAre(1, 255));
  EXPECT_EQ(all.policy.snooze, minutes(1));
  EXPECT_EQ(all.policy.on_crash, model::OnCrash::hold);
  EXPECT_EQ(all.cwd, "/etc/cb/work");
}

TEST(ConfigHandler, WithoutMembersThePolicyIsTheDefault) {
  const model::Handler plain = parsed(R"({"handlers": {"h": {"run": ["x"]}}})").handlers.at(0);

  EXPECT_EQ(plain.policy, model::Policy());
  EXPECT_TRUE(plain.match.empty());
  EXPECT_FALSE(plain.key || plain.cwd || plain.needs_file);
}

TEST(ConfigHandler, ConditionsTakeScalarsAndLists) {
  const model::Handler picky = handler(
      R"("match": {"source": ["a", "b"], "title": "*x", "fields.N": 3, "fields.B": [true, "y"]})");

  ASSERT_EQ(picky.match.size(), 4u);
  EXPECT_EQ(picky.match[0].value, Json({"a", "b"}));
  EXPECT_EQ(picky.match[2].key, "fields.N");
  EXPECT_EQ(picky.match[3].value, Json({true, "y"}));
}

TEST(ConfigHandler, ArgumentsMayBeEmptyOrOfSeveralLines) {
  const Config config = parsed(R"({"handlers": {"h": {"run": ["x", "", "a\nb"]}}})");

  EXPECT_THAT(config.handlers.at(0).run, ElementsAre("x", "", "a\nb"));
}

TEST(ConfigHandler, MayNeedAFileOfAWatch) {
  const Config config = parsed(
      R"({"handlers": {"h": {"run": ["x"], "needs_file": "in"}}, "watches": {"in": {"dir": "in"}}})");

  EXPECT_EQ(config.handlers.at(0).needs_file, "in");
  EXPECT_EQ(config.watches.at(0).dir, "/etc/cb/in");
}

TEST(ConfigWatch, EveryMemberIsRead) {
  const Config config = parsed(R"({"sources": {"board": {}}, "watches": {
      "all": {"dir": "in", "match": ["*.a"], "ignore": ["b*"], "recursive": true, "settle": "5s",
              "kind": "K", "fields": ["{Client} - {Month}.xlsx", "{Client}.xlsx"],
              "for": {"source": "board", "kind": "L", "key": "{fields.Order}"},
              "on_success": "done", "on_failure": "/broken"},
      "one": {"dir": "~/in", "fields": "{Client}.xlsx"}}})");
  const Watch& all = config.watches.at(0);

  EXPECT_EQ(all.dir, "/etc/cb/in");
  EXPECT_THAT(all.ignore, ElementsAre("b*"));
  EXPECT_TRUE(all.recursive);
  EXPECT_EQ(all.settle, seconds(5));
  EXPECT_THAT(all.fields, ElementsAre("{Client} - {Month}.xlsx", "{Client}.xlsx"));
  EXPECT_EQ(all.for_source, "board");
  EXPECT_EQ(all.for_kind, "L");
  EXPECT_EQ(all.for_key, "{fields.Order}");
  EXPECT_EQ(all.on_success, "/etc/cb/in/done");
  EXPECT_EQ(all.on_failure, "/broken");
  EXPECT_THAT(config.watches.at(1).fields, ElementsAre("{Client}.xlsx"));
  EXPECT_EQ(config.find_watch("one"), &config.watches[1]);
  EXPECT_EQ(config.find_watch("two"), nullptr);
}

TEST(ConfigWatch, WithoutMembersEachFileIsATaskWithoutAKindAndStays) {
  const Watch plain = parsed(R"({"watches": {"in": {"dir": "/in"}}})").watches.at(0);

  EXPECT_EQ(plain.kind, "");
  EXPECT_FALSE(plain.for_source || plain.for_kind || plain.for_key);
  EXPECT_TRUE(plain.fields.empty());
  EXPECT_EQ(plain.on_success + plain.on_failure, "");
}

TEST(Config, IsSearchedByName) {
  const Config config = parsed(kSample);

  EXPECT_EQ(config.find_source("board"), &config.sources[0]);
  EXPECT_EQ(config.find_source("inbox"), nullptr);
  EXPECT_EQ(config.find_handler("press-release"), &config.handlers[0]);
  EXPECT_EQ(config.find_handler("x"), nullptr);
  EXPECT_EQ(config.rules_of("board").opt_in, "fields.Automate");
}

TEST(Config, ASourceThatIsNotConfiguredHasNoConditions) {
  const model::SourceRules rules = parsed("{}").rules_of("local");

  EXPECT_EQ(rules.name, "local");
  EXPECT_FALSE(rules.statuses || rules.opt_in || rules.due_within || rules.has_upstream);
  EXPECT_TRUE(rules.run_without_due_date);
}

TEST(Config, CommandsGetNoneOfTheSecrets) {
  const Config config =
      parsed(R"({"sources": {"b": {"upstream": "x", "options": {"token_env": "MY_TOKEN"},
      "statuses": {"ready": "a", "running": "b", "succeeded": "c", "failed": "d"}}}})");

  EXPECT_THAT(environment_for_commands(config, {"PATH=/bin", "MY_TOKEN=s", "MY_TOKEN_X=1",
                                                "CB_CLICKUP_TOKEN=t", "A=MY_TOKEN=1"}),
              ElementsAre("PATH=/bin", "MY_TOKEN_X=1", "A=MY_TOKEN=1"));
}

}  // namespace
}  // namespace cb::config
