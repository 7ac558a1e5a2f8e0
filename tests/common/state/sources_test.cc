#include "state/sources.h"

#include <gmock/gmock.h>

#include "state/outbox.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using model::Cause;
using model::State;
using ::testing::ElementsAre;
using testing::kNow;
using namespace std::chrono_literals;

using Sources = testing::StoreTest;

TEST_F(Sources, AreReadAsTheyWereWritten) {
  auto row = load_source(db(), "a");
  row.cursor = "7";
  row.listed_at = kNow;
  row.full_at = kNow - 1h;
  row.error = "timeout";
  row.error_at = kNow + 1s;
  row.failures = 2;
  auto other = load_source(db(), "b");
  other.cursor = "";
  write([&] {
    save_source(db(), other);
    save_source(db(), row);
  });

  const auto all = all_sources(db());

  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].cursor, "7");
  EXPECT_EQ(all[0].listed_at, kNow);
  EXPECT_EQ(all[0].full_at, kNow - 1h);
  EXPECT_EQ(all[0].error, "timeout");
  EXPECT_EQ(all[0].error_at, kNow + 1s);
  EXPECT_EQ(all[0].failures, 2);
  EXPECT_EQ(all[1].cursor, "");
}

TEST_F(Sources, UnknownOneIsEmpty) {
  const auto row = load_source(db(), "new");

  EXPECT_EQ(row.source, "new");
  EXPECT_EQ(row.cursor, std::nullopt);
  EXPECT_EQ(row.failures, 0);
}

TEST_F(Sources, SavingAgainReplacesEverything) {
  const auto empty = load_source(db(), "a");
  auto failing = empty;
  failing.cursor = "7";
  failing.error = "x";
  failing.failures = 3;
  for (const auto& row : {failing, empty}) write([&] { save_source(db(), row); });

  const auto row = load_source(db(), "a");

  EXPECT_EQ(row.cursor, std::nullopt);
  EXPECT_EQ(row.error, "");
  EXPECT_EQ(row.failures, 0);
}

TEST_F(Sources, TheBreakerIsKeptApartFromTheListings) {
  model::Breaker breaker;
  for (int i = 0; i < 5; ++i)
    breaker = model::after(breaker, {.kind = model::Reply::Kind::failed}, "", kNow, 0);
  write([&] { save_breaker(db(), "board", breaker); });
  SourceRow row;
  row.source = "board";
  row.failures = 1;

  write([&] { save_source(db(), row); });

  EXPECT_EQ(load_breaker(db(), "board"), breaker);
  EXPECT_EQ(load_source(db(), "board").breaker, breaker);
  EXPECT_EQ(load_source(db(), "board").failures, 1);
  EXPECT_EQ(load_breaker(db(), "unknown"), model::Breaker{});
}

TEST_F(Sources, PresentAreOpenAndRunningTasks) {
  for (const auto* id : {"ready", "runs", "done"}) add({.id = id});
  add({.id = "held", .state = State::held});
  add({.id = "elsewhere", .source = "crm"});
  start("runs", "r1");
  run_to_end("done", "r2", testing::success());

  std::vector<std::string> ids;
  for (const auto& present : present_tasks(db(), "board")) ids.push_back(present.id);

  EXPECT_THAT(ids, ::testing::UnorderedElementsAre("ready", "runs", "held"));
}

TEST_F(Sources, OpenTasksComeInPartsByNumber) {
  const auto a = add({.id = "a"});
  const auto b = add({.id = "b", .source = "crm", .state = State::held});
  const auto c = add({.id = "c", .after = {"x"}});
  add({.id = "runs"});
  start("runs", "r1");

  EXPECT_THAT(open_tasks(db(), 0, 10), ElementsAre(a.n, b.n, c.n));
  EXPECT_THAT(open_tasks(db(), 0, 2), ElementsAre(a.n, b.n));
  EXPECT_THAT(open_tasks(db(), b.n, 2), ElementsAre(c.n));
}

TEST_F(Sources, SingleValuesAreKept) {
  EXPECT_EQ(get_meta(db(), "rules"), "");

  for (const auto* value : {"1", "2"}) write([&] { set_meta(db(), "rules", value); });

  EXPECT_EQ(get_meta(db(), "rules"), "2");
}

TEST_F(Sources, MissedTasksAreKnown) {
  auto row = add({.id = "a"});
  EXPECT_FALSE(has_missed(db(), "board"));

  row.missed = 1;
  write([&] { update_notes(db(), row); });

  EXPECT_TRUE(has_missed(db(), "board"));
  EXPECT_FALSE(has_missed(db(), "crm"));
  EXPECT_EQ(present_tasks(db(), "board").at(0).missed, 1);
}

TEST_F(Sources, RechecksAreDueInOrderOfTime) {
  const auto late = add({.id = "late", .state = State::held, .recheck = kNow + 2h});
  const auto soon = add({.id = "soon", .state = State::held, .recheck = kNow + 1h});
  add({.id = "never", .state = State::held});

  EXPECT_THAT(due_rechecks(db(), kNow, 10), ElementsAre());
  EXPECT_THAT(due_rechecks(db(), kNow + 2h, 10), ElementsAre(soon.n, late.n));
  EXPECT_THAT(due_rechecks(db(), kNow + 2h, 1), ElementsAre(soon.n));
}

TEST_F(Sources, SeenSurvivesForget) {
  auto row = add({.id = "a"});
  row.task.version = "5";
  write([&] { update_content(db(), row); });
  run_to_end("a", "r1", testing::success());

  write([&] { forget_task(db(), task("a"), kNow); });

  EXPECT_FALSE(find_task(db(), {"board", "a"}));
  const auto seen = find_seen(db(), {"board", "a"});
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->is_done);
  EXPECT_EQ(seen->version, "5");
  EXPECT_FALSE(find_seen(db(), {"crm", "a"}));
}

TEST_F(Sources, ForgettingTakesEverythingOfTheTask) {
  const auto row = add({.id = "a", .after = {"x"}});
  Owed owed;
  owed.op = "op-1";
  owed.task = row.n;
  owed.kind = Owed::Kind::comment;
  write([&] { owe(db(), owed, kNow); });
  change("a", Cause::canceled_by_user, State::canceled, "canceled_by_user");

  write([&] { forget_task(db(), task("a"), kNow); });

  for (const auto* sql : {"SELECT count(*) FROM tasks", "SELECT count(*) FROM deps",
                          "SELECT count(*) FROM outbox", "SELECT sum(tasks) FROM counts"})
    EXPECT_EQ(one_number(sql), 0) << sql;
}

TEST_F(Sources, MemoryIsOfTheLastSighting) {
  write([&] {
    remember(db(), {"board", "a"}, 0, {.is_done = false, .version = "1"}, kNow);
    remember(db(), {"board", "a"}, 0, {.is_done = true, .version = "2"}, kNow);
  });

  EXPECT_TRUE(find_seen(db(), {"board", "a"})->is_done);
  EXPECT_EQ(find_seen(db(), {"board", "a"})->version, "2");
}

}  // namespace
}  // namespace cb::state
