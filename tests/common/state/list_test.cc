#include "state/list.h"

#include <gmock/gmock.h>

#include "state/events.h"
#include "state/outbox.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using model::State;
using ::testing::ElementsAre;
using testing::kNow;
using namespace std::chrono_literals;

class List : public testing::StoreTest {
 protected:
  std::vector<std::string> ids(const ListFilter& filter) {
    std::vector<std::string> found;
    list_tasks(db(), filter, [&](const TaskRow& row) { found.push_back(row.task.name.id); });
    return found;
  }
};

TEST_F(List, CountsLeaveOutWhatIsNoMore) {
  add({.id = "a"});
  add({.id = "b"});
  add({.id = "c", .source = "crm", .state = State::held, .reason = "no_handler"});
  run_to_end("a", "r1", testing::success());
  run_to_end("b", "r2", testing::success());

  std::vector<std::string> lines;
  for (const auto& count : read_counts(db()))
    lines.push_back(count.source + " " + count.state + " " + count.reason + " " +
                    std::to_string(count.tasks));

  EXPECT_THAT(lines, ElementsAre("board succeeded succeeded 2", "crm held no_handler 1"));
}

TEST_F(List, EveryConditionMustHold) {
  add({.id = "a", .title = "Press: Oslo", .kind = "press"});
  add({.id = "b", .state = State::held, .reason = "no_handler", .kind = "press", .handler = ""});
  add({.id = "c", .source = "crm", .title = "Links 100%", .handler = "links", .key = "Acme"});

  EXPECT_THAT(ids({}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(ids({.states = {State::held}}), ElementsAre("b"));
  EXPECT_THAT(ids({.states = {State::held, State::ready}}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(ids({.states = {State::failed}}), ElementsAre());
  EXPECT_THAT(ids({.source = "crm"}), ElementsAre("c"));
  EXPECT_THAT(ids({.kind = "press"}), ElementsAre("a", "b"));
  EXPECT_THAT(ids({.kind = "press", .reason = "no_handler"}), ElementsAre("b"));
  EXPECT_THAT(ids({.handler = "links"}), ElementsAre("c"));
  EXPECT_THAT(ids({.key = "Acme"}), ElementsAre("c"));
  EXPECT_THAT(ids({.match = "oSLO"}), ElementsAre("a"));
  EXPECT_THAT(ids({.match = "%"}), ElementsAre("c"));
  EXPECT_THAT(ids({.limit = 2}), ElementsAre("a", "b"));
}

TEST_F(List, OrdersAreTotal) {
  add({.id = "a", .priority = 2}, kNow);
  add({.id = "c", .priority = 1, .due = kNow + 2h}, kNow + 1s);
  add({.id = "b", .priority = 2, .due = kNow + 1h}, kNow + 2s);

  EXPECT_THAT(ids({.order = Order::age}), ElementsAre("a", "c", "b"));
  EXPECT_THAT(ids({.order = Order::newest}), ElementsAre("b", "c", "a"));
  EXPECT_THAT(ids({.order = Order::since}), ElementsAre("b", "c", "a"));
  EXPECT_THAT(ids({.order = Order::due}), ElementsAre("b", "c", "a"));
  EXPECT_THAT(ids({.order = Order::priority}), ElementsAre("c", "b", "a"));
  EXPECT_THAT(ids({.order = Order::name}), ElementsAre("a", "b", "c"));
}

TEST_F(List, LastFailedComesNewestFirst) {
  for (const auto* id : {"a", "b", "c"}) add({.id = id});
  run_to_end("b", "r1", testing::failure(), kNow + 1s);
  run_to_end("a", "r2", testing::failure(), kNow + 2s);
  run_to_end("c", "r3", testing::failure(), kNow + 3s);

  const auto failed = last_failed(db(), 2);

  ASSERT_EQ(failed.size(), 2u);
  EXPECT_EQ(failed[0].task.name.id, "c");
  EXPECT_EQ(failed[1].task.name.id, "a");
}

TEST_F(List, ReasonOfABlockedTaskNamesThreeAndCountsTheRest) {
  add({.id = "few", .after = {"x", "y"}});
  add({.id = "many", .after = {"1", "2", "3", "4", "5"}});

  EXPECT_EQ(shown_reason(db(), task("few")), "after board:x, board:y");
  EXPECT_EQ(shown_reason(db(), task("many")), "after board:1, board:2, board:3 and 2 more");
}

TEST_F(List, ReasonOfABlockedTaskForgetsWhatIsDone) {
  add({.id = "a"});
  add({.id = "b", .detail = "after board:a, board:z", .after = {"a", "z"}});

  run_to_end("a", "r1", testing::success());

  EXPECT_EQ(shown_reason(db(), task("b")), "after board:z");
}

TEST_F(List, ReasonIsTheWordOrWhatHappened) {
  add({.id = "a", .state = State::held, .reason = "no_handler", .detail = "kind is \"x\""});
  EXPECT_EQ(shown_reason(db(), task("a")), "no_handler");
  add({.id = "b"});
  EXPECT_EQ(shown_reason(db(), task("b")), "ready");

  start("b", "r1");
  EXPECT_THAT(shown_reason(db(), task("b")), ::testing::StartsWith("run r1 on "));

  finish("r1", testing::failure("exit 3: no such client"));
  EXPECT_EQ(shown_reason(db(), task("b")), "exit 3: no such client");
}

TEST_F(List, ReasonIsNeverEmpty) {
  TaskRow row;
  for (const auto state : {State::held, State::blocked, State::ready, State::running,
                           State::succeeded, State::failed, State::canceled}) {
    row.state = state;
    row.reason = testing::usual_reason(state);
    EXPECT_NE(shown_reason(db(), row), "");
  }
}

TEST_F(List, KeyHolderIsTheRunningElseTheFirst) {
  add({.id = "a", .key = "k"});
  add({.id = "b", .key = "k"});
  add({.id = "c"});
  EXPECT_EQ(key_holder(db(), task("a")), std::nullopt);
  EXPECT_EQ(key_holder(db(), task("c")), std::nullopt);
  EXPECT_EQ(key_holder(db(), task("b")).value().task.name.id, "a");

  start("a", "r1");
  add({.id = "d", .key = "k", .priority = 1});

  EXPECT_EQ(key_holder(db(), task("d")).value().task.name.id, "a");
}

TEST_F(List, AheadAreThoseThatAreTakenBefore) {
  add({.id = "a"});
  add({.id = "b"});
  add({.id = "urgent", .priority = 1});
  add({.id = "due", .due = kNow});
  add({.id = "other", .handler = "links", .priority = 1});
  add({.id = "held", .state = State::held, .priority = 1});

  EXPECT_EQ(count_ahead(db(), task("urgent")), 0);
  EXPECT_EQ(count_ahead(db(), task("due")), 1);
  EXPECT_EQ(count_ahead(db(), task("a")), 2);
  EXPECT_EQ(count_ahead(db(), task("b")), 3);
}

TEST_F(List, RecheckIsTheEarliest) {
  EXPECT_EQ(next_recheck(db()), std::nullopt);

  add({.id = "a", .state = State::held, .recheck = kNow + 2h});
  add({.id = "b", .state = State::held, .recheck = kNow + 1h});

  EXPECT_EQ(next_recheck(db()), kNow + 1h);
}

TEST_F(List, OwedAreThoseNotDeliveredAndThoseRefused) {
  const auto row = add({.id = "a"});
  const auto owe_comment = [&](const char* op) {
    Owed owed;
    owed.op = op;
    owed.task = row.n;
    owed.kind = Owed::Kind::comment;
    owed.text = op;
    owed.next_try = kNow;
    write([&] { owe(db(), owed, kNow); });
    owed.n = one_number("SELECT max(n) FROM outbox");
    return owed;
  };
  const auto delivered = owe_comment("op-1"), parked = owe_comment("op-2"),
             owed = owe_comment("op-3");
  write([&] {
    mark_delivered(db(), delivered, "7", kNow);
    give_up(db(), parked, GivenUp::parked, "forbidden", kNow);
    mark_failed(db(), owed, "timeout", kNow + 1min);
  });

  const auto views = owed_by(db(), row.n);

  ASSERT_EQ(views.size(), 2u);
  EXPECT_EQ(views[0].op + " " + views[0].state + " " + views[0].error, "op-2 parked forbidden");
  EXPECT_EQ(views[1].op + " " + views[1].state + " " + views[1].error, "op-3 owed timeout");
  EXPECT_EQ(views[1].next_try, kNow + 1min);
  EXPECT_EQ(count_owed(db()).owed, 1);
  EXPECT_EQ(count_owed(db()).parked, 1);
}

TEST_F(List, EventsCanBeginAtTheNewestOrAtATime) {
  const auto a = add({.id = "a"}, kNow);                 // 1
  add({.id = "b"}, kNow + 1s);                           // 2
  run_to_end("a", "r1", testing::success(), kNow + 2s);  // 3, 4

  EXPECT_EQ(seq_of_newest(db(), 0, 2), 2);
  EXPECT_EQ(seq_of_newest(db(), 0, 100), 0);
  EXPECT_EQ(seq_of_newest(db(), a.n, 2), 1);
  EXPECT_EQ(seq_since(db(), 0, kNow), 0);
  EXPECT_EQ(seq_since(db(), 0, kNow + 2s), 2);
  EXPECT_EQ(seq_since(db(), a.n, kNow + 1s), 2);
  EXPECT_EQ(seq_since(db(), 0, kNow + 1h), 4);
}

TEST_F(List, SummaryQueriesUseIndexesOnly) {
  for (const char* sql :
       {"EXPLAIN QUERY PLAN SELECT n FROM tasks WHERE state = 'failed' ORDER BY since DESC, n DESC "
        "LIMIT 5",
        "EXPLAIN QUERY PLAN SELECT n FROM tasks WHERE state = 'ready' AND state <> 'succeeded' "
        "ORDER BY n LIMIT 5",
        "EXPLAIN QUERY PLAN SELECT min(recheck) FROM tasks WHERE recheck IS NOT NULL",
        "EXPLAIN QUERY PLAN SELECT count(*) FROM outbox WHERE state = 'owed'"}) {
    for (auto rows = db().query(sql); rows.next();) {
      EXPECT_THAT(rows.text(3), ::testing::HasSubstr("INDEX")) << sql;
      EXPECT_THAT(rows.text(3), ::testing::Not(::testing::HasSubstr("TEMP B-TREE"))) << sql;
    }
  }
}

}  // namespace
}  // namespace cb::state
