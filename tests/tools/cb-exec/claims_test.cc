#include "claims.h"

#include <gmock/gmock.h>

#include "state/files.h"
#include "support/store_fixture.h"

namespace cb::exec {
namespace {

using cb::testing::kNow;
using ::testing::ElementsAre;
using namespace std::chrono_literals;

config::Config configured(const std::string& handlers) {
  return config::parse(R"({"handlers": )" + handlers + "}", "config.json", "/etc/cb", "/root");
}

class ClaimsTest : public cb::testing::StoreTest {
 protected:
  std::optional<Claim> next(Instant now = kNow) {
    std::optional<Claim> claim;
    write([&] { claim = claims.next(db(), now); });
    return claim;
  }
  // Claims until nothing is left; the ids in order. The claims are kept, as running commands would.
  std::vector<std::string> drain() {
    std::vector<std::string> ids;
    while (auto claim = next()) {
      ids.push_back(claim->row.task.name.id);
      running.push_back(std::move(*claim));
    }
    return ids;
  }

  config::Config config = configured(
      R"({"work": {"run": ["work", "{id}", "{fields.Client}"]},
          "slow": {"run": ["slow"], "concurrency": 1}})");
  Claims claims{store.layout, config, {}};
  std::vector<Claim> running;
  const std::string kClient = R"({"Client": "Acme"})";
};

TEST_F(ClaimsTest, TakesTheMostUrgentFirstThenTheEarliestDueThenTheOldest) {
  add({.id = "old", .fields = kClient});
  add({.id = "due", .fields = kClient, .due = kNow + 1h});
  add({.id = "urgent", .fields = kClient, .priority = 1});
  add({.id = "young", .fields = kClient});

  EXPECT_THAT(drain(), ElementsAre("urgent", "due", "old", "young"));
}

class ClaimsFileTest : public cb::testing::StoreTest {
 protected:
  void tie(const std::string& id, const std::string& path, const std::string& source = "board") {
    state::FileRow file;
    file.watch = "inbox";
    file.name = "a.xlsx";
    file.content = std::to_string(++contents);
    file.path = path;
    file.stage = state::FileStage::given;
    file.task = task(id, source).n;
    write([&] { state::insert_file(db(), file); });
  }
  std::optional<Claim> claim(const std::string& run) {
    config = config::parse(
        R"({"handlers": {"work": {"run": )" + run + R"(}}, "watches": {"inbox": {"dir": "/in"}}})",
        "config.json", "/etc/cb", "/root");
    Claims claims{store.layout, config, {}};
    std::optional<Claim> claimed;
    write([&] { claimed = claims.next(db(), kNow); });
    return claimed;
  }

  config::Config config;
  int contents = 0;
};

TEST_F(ClaimsFileTest, TheCommandGetsTheNewestFileWhereItLies) {
  add({.id = "1"});
  tie("1", "/in/old.xlsx");
  tie("1", "/in/processed/a \xff.xlsx");

  const auto claimed = claim(R"(["work", "--in={file}"])");

  EXPECT_THAT(claimed->run.argv, ElementsAre("work", "--in=/in/processed/a \xff.xlsx"));
  EXPECT_EQ(claimed->file->path, "/in/processed/a \xff.xlsx");
}

TEST_F(ClaimsFileTest, ATaskOfAWatchHasItsFileWithoutNamingIt) {
  add({.id = "1", .source = "inbox"});
  tie("1", "/in/a.xlsx", "inbox");

  EXPECT_EQ(claim(R"(["work"])")->file->path, "/in/a.xlsx");
}

TEST_F(ClaimsFileTest, AnotherTaskIsNotAskedForOne) {
  add({.id = "1"});

  EXPECT_FALSE(claim(R"(["work"])")->file);
}

TEST_F(ClaimsFileTest, WithoutTheFileThatItsCommandNamesATaskIsHeld) {
  add({.id = "1"});

  EXPECT_FALSE(claim(R"(["work", "{file}"])"));

  EXPECT_EQ(task("1").reason, "missing_field");
  EXPECT_EQ(task("1").detail, "needs file");
}

TEST_F(ClaimsTest, OrderIsKeptAcrossHandlers) {
  add({.id = "a", .fields = kClient});
  add({.id = "b", .handler = "slow", .priority = 1});
  add({.id = "c", .fields = kClient, .priority = 2});

  EXPECT_THAT(drain(), ElementsAre("b", "c", "a"));
}

TEST_F(ClaimsTest, AHandlerRunsNoMoreThanItsLimitAtOnce) {
  add({.id = "1", .handler = "slow"});
  add({.id = "2", .handler = "slow"});

  EXPECT_THAT(drain(), ElementsAre("1"));
  finish(running.front().run.id, cb::testing::success());
  EXPECT_THAT(drain(), ElementsAre("2"));
}

TEST_F(ClaimsTest, TasksOfOneKeyTakeTurns) {
  add({.id = "1", .fields = kClient, .key = "k"});
  add({.id = "2", .fields = kClient, .key = "k"});
  add({.id = "3", .fields = kClient});

  EXPECT_THAT(drain(), ElementsAre("1", "3"));
}

TEST_F(ClaimsTest, ArgumentsAreFilledInAndNeverSplit) {
  add({.id = "a b; c", .fields = R"({"Client": "$(reboot) \"x\""})"});

  const auto claim = next();

  ASSERT_TRUE(claim);
  EXPECT_THAT(claim->run.argv, ElementsAre("work", "a b; c", "$(reboot) \"x\""));
}

TEST_F(ClaimsTest, WhatLacksAValueIsHeldAndOutOfTheWay) {
  add({.id = "1"});
  add({.id = "2", .fields = kClient});

  EXPECT_THAT(drain(), ElementsAre("2"));
  EXPECT_EQ(task("1").state, model::State::held);
  EXPECT_EQ(task("1").detail, "needs fields.Client");
}

TEST_F(ClaimsTest, TheLockIsHeldBeforeTheClaimIsSeen) {
  add({.id = "1", .fields = kClient});

  const auto claim = next();

  ASSERT_TRUE(claim);
  EXPECT_TRUE(os::is_byte_locked(store.layout.run_locks(), static_cast<int64_t>(claim->run.tag)));
}

TEST_F(ClaimsTest, ARetryIsTakenWhenItsTimeHasComeOrAPersonNamesIt) {
  add({.id = "1", .fields = kClient});
  run_to_end("1", "r1", cb::testing::retry_after(1h));

  EXPECT_FALSE(next());
  std::optional<Claim> named;
  write([&] { named = claims.take(db(), task("1"), kNow); });
  EXPECT_TRUE(named);
  finish(named->run.id, cb::testing::retry_after(1h));
  EXPECT_TRUE(next(kNow + 2h));
}

TEST_F(ClaimsTest, AnUnreachableSourceIsLeftOutUntilItIsIncludedAgain) {
  add({.id = "1", .source = "down", .fields = kClient});
  add({.id = "2", .source = "up", .fields = kClient});
  claims.exclude_source("down");

  EXPECT_THAT(drain(), ElementsAre("2"));
  claims.include_all_sources();
  EXPECT_THAT(drain(), ElementsAre("1"));
}

}  // namespace
}  // namespace cb::exec
