#include "listing.h"

#include <gmock/gmock.h>

#include "poll_fixture.h"
#include "state/outbox.h"

namespace cb::poll {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

Json listed(const std::string& id, const std::string& status = "to do") {
  return {{"id", id}, {"title", "T " + id}, {"kind", "Work"}, {"status", status}};
}

const Json kComplete = {{"ok", true}, {"cursor", "c1"}, {"complete", true}};

class ListingTest : public PollTest {
 protected:
  const config::Source& board() { return config.sources.front(); }

  std::vector<Json> list(const std::vector<Json>& tasks, const Json& answer = kComplete) {
    return records_of([&](const Job& job) {
      Listing listing(job, board(), settings);
      cursor = listing.cursor();
      for (const auto& each : tasks) listing.take(each);
      listing.finish(answer);
    });
  }
  void fail(const upstream::Failure& failure, const std::vector<Json>& tasks = {}) {
    records_of([&](const Job& job) {
      Listing listing(job, board(), settings);
      for (const auto& each : tasks) listing.take(each);
      listing.fail(failure);
    });
  }
  state::SourceRow source() { return state::load_source(db(), "board"); }

  const upstream::Settings settings = {
      .source = "board", .argv = {}, .directory = {}, .environment = {}};
  std::optional<std::string> cursor;  // with which it was asked for
};

TEST_F(ListingTest, EveryNewTaskHasARecord) {
  auto other = listed("2");
  other["kind"] = "Play";

  const auto records = list({listed("1"), other});

  EXPECT_THAT(records, ElementsAre(Json({{"task", "board:1"},
                                         {"verdict", "ready"},
                                         {"previous", nullptr},
                                         {"reason", "ready"},
                                         {"title", "T 1"}}),
                                   Json({{"task", "board:2"},
                                         {"verdict", "held"},
                                         {"previous", nullptr},
                                         {"reason", "no_handler"},
                                         {"title", "T 2"},
                                         {"detail", "kind is \"Play\""}})));
  EXPECT_EQ(code, 0);
  EXPECT_THAT(problems, HasSubstr("board: 2 tasks listed, 1 ready, 1 held, 0 blocked, "
                                  "0 unchanged, 0 ignored"));
}

TEST_F(ListingTest, WhatDidNotChangeHasNoRecord) {
  list({listed("1"), listed("2")});

  EXPECT_THAT(list({listed("1"), listed("2")}), IsEmpty());

  EXPECT_THAT(problems, HasSubstr("2 tasks listed, 0 ready, 0 held, 0 blocked, 2 unchanged"));
}

TEST_F(ListingTest, TasksFinishedBeforeTheyWereSeenAreCountedOnly) {
  EXPECT_THAT(list({listed("1", "done")}), IsEmpty());

  EXPECT_THAT(problems, HasSubstr("1 task listed"));
  EXPECT_THAT(problems, HasSubstr("1 ignored"));
}

TEST_F(ListingTest, ATaskThatAnotherReleasesHasARecordToo) {
  auto child = listed("2");
  child["after"] = Json::array({"1"});
  list({listed("1"), child});

  const auto records = list({listed("1", "done"), child});

  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0]["reason"], "done_upstream");
  EXPECT_EQ(records[1]["task"], "board:2");
  EXPECT_EQ(records[1]["verdict"], "ready");
  EXPECT_EQ(records[1]["previous"], "blocked");
}

TEST_F(ListingTest, BlockedTasksNameWhatTheyWaitFor) {
  auto child = listed("2");
  child["after"] = Json::array({"1"});

  EXPECT_EQ(list({listed("1"), child})[1]["reason"], "after board:1");
}

TEST_F(ListingTest, MoreThanOneBatchIsTakenIn) {
  std::vector<Json> tasks;
  for (int i = 0; i < 1203; ++i) tasks.push_back(listed(std::to_string(i)));

  EXPECT_EQ(list(tasks).size(), 1203U);

  EXPECT_EQ(one_number("SELECT count(*) FROM tasks"), 1203);
}

TEST_F(ListingTest, TheFirstIsFullAndTheNextGoesOnFromItsCursor) {
  list({listed("1")});
  EXPECT_FALSE(cursor);

  list({});
  EXPECT_EQ(cursor, "c1");
}

TEST_F(ListingTest, IsFullWhenAskedForOrWhenTheLastFullOneIsOld) {
  list({listed("1")});
  options.full = true;
  list({listed("1")});
  EXPECT_FALSE(cursor);

  options.full = false;
  now += 59min;
  list({listed("1")});
  EXPECT_EQ(cursor, "c1");

  now += 1min;
  list({listed("1")});
  EXPECT_FALSE(cursor);
}

TEST_F(ListingTest, IsFullWhenTheClockWasSetBack) {
  list({listed("1")});
  now -= 24h;

  list({listed("1")});

  EXPECT_FALSE(cursor);
}

TEST_F(ListingTest, ATaskIsGoneAfterTwoCompleteListings) {
  list({listed("1"), listed("2")});
  options.full = true;

  EXPECT_THAT(list({listed("1")}), IsEmpty());
  options.full = false;
  const auto records = list({listed("1")});

  EXPECT_FALSE(cursor) << "a task was missed, so the next listing is full";
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]["verdict"], "canceled");
  EXPECT_EQ(records[0]["reason"], "gone_upstream");
}

TEST_F(ListingTest, ATaskThatComesBackWasNotMissed) {
  list({listed("1"), listed("2")});
  options.full = true;
  list({listed("1")});
  list({listed("1"), listed("2")});

  EXPECT_THAT(list({listed("1")}), IsEmpty());
  EXPECT_EQ(task("2").missed, 1);
}

TEST_F(ListingTest, AbsenceIsNotBelievedUnlessTheListingWasWhole) {
  list({listed("1"), listed("2")});
  const Json kIncomplete = {{"ok", true}, {"cursor", "c2"}, {"complete", false}};

  list({}, kComplete);  // only what changed
  EXPECT_FALSE(state::has_missed(db(), "board"));

  options.full = true;
  list({}, kIncomplete);
  EXPECT_FALSE(state::has_missed(db(), "board"));

  list({Json::object({{"id", "1"}})}, kComplete);  // one could not be read
  EXPECT_FALSE(state::has_missed(db(), "board"));

  list({}, kComplete);
  EXPECT_TRUE(state::has_missed(db(), "board"));
}

TEST_F(ListingTest, AHelperMaySayThatItListedEverything) {
  list({listed("1"), listed("2")});

  list({listed("1")}, {{"ok", true}, {"cursor", "c2"}, {"complete", true}, {"full", true}});

  EXPECT_EQ(cursor, "c1");
  EXPECT_TRUE(state::has_missed(db(), "board"));
}

TEST_F(ListingTest, ThatIsIncompleteLeavesTheCursor) {
  list({listed("1")});

  list({}, {{"ok", true}, {"cursor", "c2"}, {"complete", false}});

  EXPECT_EQ(source().cursor, "c1");
  EXPECT_THAT(problems, HasSubstr("not complete"));
}

TEST_F(ListingTest, WithoutACursorTheNextIsFull) {
  list({listed("1")}, {{"ok", true}, {"cursor", nullptr}, {"complete", true}});
  list({listed("1")});

  EXPECT_FALSE(cursor);
}

TEST_F(ListingTest, TasksThatCannotBeReadAreNamedAndTheOthersGoOn) {
  const auto records = list({{{"id", "1"}, {"title", "T"}, {"tittle", "x"}},
                             {{"id", "2"}, {"source", "other"}, {"title", "T"}},
                             {{"title", "T"}},
                             7,
                             listed("3")});

  EXPECT_EQ(records.size(), 1U);
  EXPECT_EQ(code, 65);
  EXPECT_THAT(problems, HasSubstr("cb-poll: board:1: /tittle: unknown member"));
  EXPECT_THAT(problems, HasSubstr("cb-poll: board:2: /source: it names another source, other"));
  EXPECT_THAT(problems, HasSubstr("cb-poll: board:?: "));
  EXPECT_THAT(problems, HasSubstr("5 tasks listed"));
  EXPECT_THAT(problems, HasSubstr("4 refused"));
}

TEST_F(ListingTest, ThatFailsKeepsWhatCameBefore) {
  fail({upstream::Kind::transient, "no answer", {}}, {listed("1")});

  EXPECT_EQ(task("1").state, model::State::ready);
  EXPECT_FALSE(source().cursor);
  EXPECT_EQ(source().error, "no answer");
  EXPECT_EQ(source().error_at, now);
  EXPECT_EQ(code, 69);
  EXPECT_EQ(problems, "cb-poll: board: no answer\n");
}

TEST_F(ListingTest, ThatEndsWellForgetsTheFailures) {
  fail({upstream::Kind::transient, "no answer", {}});
  fail({upstream::Kind::transient, "no answer", {}});
  EXPECT_EQ(source().failures, 2);

  list({listed("1")});

  EXPECT_EQ(source().failures, 0);
  EXPECT_EQ(source().error, "");
  EXPECT_FALSE(source().error_at);
}

TEST_F(ListingTest, ADryRunSaysTheSameAndChangesNothing) {
  list({listed("1"), listed("2")});
  options.dry_run = options.full = true;

  const auto records = list({listed("1", "done"), listed("3")});

  EXPECT_EQ(records.size(), 2U);
  EXPECT_THAT(problems, HasSubstr("board: would be: 2 tasks listed"));
  EXPECT_EQ(task("1").state, model::State::ready);
  EXPECT_FALSE(state::find_task(db(), {"board", "3"}));
  EXPECT_FALSE(state::has_missed(db(), "board"));
}

TEST_F(ListingTest, TheBreakerHearsOfEachListing) {
  for (int i = 0; i < 4; ++i) fail({upstream::Kind::transient, "no answer", {}});
  EXPECT_FALSE(source().breaker.is_open());

  fail({upstream::Kind::transient, "no answer", {}});

  EXPECT_TRUE(source().breaker.is_open());
}

TEST_F(ListingTest, APatienceThatIsAskedForIsKeptAndARefusalToo) {
  fail({upstream::Kind::rate_limited, "slow down", 53s});
  EXPECT_EQ(source().breaker.opens_until(), now + 53s);

  for (const auto kind : {upstream::Kind::unauthorized, upstream::Kind::forbidden}) {
    fail({kind, "no", {}});
    EXPECT_EQ(source().breaker.cause, model::Breaker::Cause::refused);
  }
}

}  // namespace
}  // namespace cb::poll
