#include "state/tasks.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "state/events.h"
#include "state/list.h"
#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using model::Cause;
using model::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kNow;
using namespace std::chrono_literals;

class Tasks : public testing::StoreTest {
 protected:
  // What counts says beside what the tasks say.
  void expect_counts_agree() {
    EXPECT_EQ(
        one_number(
            "SELECT count(*) FROM (SELECT source, state, reason, tasks FROM counts WHERE tasks > 0 "
            "EXCEPT SELECT source, state, reason, count(*) FROM tasks GROUP BY 1, 2, 3)"),
        0);
    EXPECT_EQ(one_number("SELECT sum(tasks) FROM counts"),
              one_number("SELECT count(*) FROM tasks"));
  }

  std::vector<std::string> claim_order(const std::string& handler, const Filter& filter = {}) {
    std::vector<std::string> order;
    for (auto row = next_ready(db(), handler, filter); row;
         row = next_ready(db(), handler, filter)) {
      order.push_back(row->task.name.id);
      start(row->task.name.id, "run-" + row->task.name.id);
    }
    return order;
  }
};

TEST_F(Tasks, AreReadAsTheyWereWritten) {
  const auto row = add({.id = "a:b",
                        .state = State::held,
                        .reason = "due_too_far",
                        .detail = "due 2027",
                        .title = "Grüße",
                        .kind = "Press",
                        .fields = R"({"Client":"Acme"})",
                        .key = "Acme",
                        .priority = 1,
                        .due = kNow + 24h,
                        .recheck = kNow + 1h});

  const auto read = task("a:b");

  EXPECT_EQ(read.n, row.n);
  EXPECT_EQ(read.task, (model::Task{.name = {"board", "a:b"},
                                    .title = "Grüße",
                                    .kind = "Press",
                                    .status = "",
                                    .due = kNow + 24h,
                                    .priority = 1,
                                    .after = {},
                                    .fields = R"({"Client":"Acme"})",
                                    .url = "",
                                    .version = ""}));
  EXPECT_EQ(read.reason + " " + read.detail + " " + read.key, "due_too_far due 2027 Acme");
  EXPECT_EQ(read.since, kNow);
  EXPECT_EQ(read.first_seen, kNow);
  EXPECT_EQ(read.recheck, kNow + 1h);
  EXPECT_EQ(read.not_before, std::nullopt);
}

TEST_F(Tasks, ManyInsertedTogetherAreNumberedCountedAndToldOneByOne) {
  add({.id = "before"});
  std::vector<TaskRow> rows(37);
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].task.name = {"board", "t" + std::to_string(i)};
    rows[i].task.title = "Title " + std::to_string(i);
    rows[i].state = i % 3 == 0 ? State::held : State::ready;
    rows[i].reason = i % 3 == 0 ? "no_due_date" : "ready";
  }

  write([&] { insert_tasks(db(), rows, kNow); });

  for (size_t i = 0; i < rows.size(); ++i) {
    const auto read = task("t" + std::to_string(i));
    EXPECT_EQ(read.n, static_cast<int64_t>(i) + 2);
    EXPECT_EQ(read.n, rows[i].n);
    EXPECT_EQ(read.task.title, rows[i].task.title);
    EXPECT_EQ(read.reason, rows[i].reason);
  }
  EXPECT_EQ(one_number("SELECT count(*) FROM events e JOIN tasks t ON t.n = e.task AND e.seq = t.n "
                       "AND e.new = t.state"),
            38);
  expect_counts_agree();
}

TEST_F(Tasks, UnknownIsWhatHasNoRowAndIsNotRemembered) {
  add({.id = "stored"});
  add({.id = "t1", .source = "other"});
  std::vector<model::TaskName> names;
  for (int i = 0; i < 20; ++i) names.push_back({"board", "t" + std::to_string(i)});
  names[3] = {"board", "stored"};
  names[18] = {"board", "seen"};
  write([&] { remember(db(), names[18], 0, {.is_done = true, .version = ""}, kNow); });
  std::vector<const model::TaskName*> asked;
  for (const auto& name : names) asked.push_back(&name);

  const auto unknown = are_unknown(db(), asked);

  for (size_t i = 0; i < names.size(); ++i) EXPECT_EQ(unknown[i], i != 3 && i != 18) << i;
}

TEST_F(Tasks, ChangeKeepsEveryDecidedMember) {
  auto row = add({.id = "a"});
  row.handler = "other";
  row.key = "k";
  row.not_before = kNow + 5min;
  row.attempts = 2;
  row.wish = "hold";
  row.missed = 1;
  row.sent = model::Meaning::failed;
  row.sent_version = "7";
  row.sent_seq = 3;

  write([&] {
    change_state(db(), row, {Cause::evaluated, State::ready, "retry", "why"}, kNow + 1s);
  });
  const auto read = task("a");

  EXPECT_EQ(read.handler + read.key + read.wish + read.sent_version, "otherkhold7");
  EXPECT_EQ(read.not_before, kNow + 5min);
  EXPECT_EQ(read.attempts, 2);
  EXPECT_EQ(read.missed, 1);
  EXPECT_EQ(read.sent, model::Meaning::failed);
  EXPECT_EQ(read.sent_seq, 3);
  EXPECT_EQ(read.since, kNow + 1s);
  EXPECT_EQ(read.first_seen, kNow);
}

TEST_F(Tasks, IllegalChangeIsRefusedAndChangesNothing) {
  auto row = add({.id = "a", .state = State::held});

  try {
    write([&] {
      change_state(db(), row, {Cause::run_succeeded, State::succeeded, "succeeded", ""}, kNow);
    });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::permanent);
    EXPECT_STREQ(error.what(),
                 "change task board:a: held may not become succeeded by run_succeeded");
  }
  EXPECT_EQ(task("a").state, State::held);
  EXPECT_EQ(newest_event(db()), 1);
}

TEST_F(Tasks, ChangeIsJudgedByWhatIsStoredNotByTheCallersCopy) {
  auto stale = add({.id = "a"});
  change("a", Cause::canceled_by_user, State::canceled, "canceled_by_user");

  EXPECT_THROW(write([&] {
                 stale.run = "r1";
                 change_state(db(), stale, {Cause::claimed, State::running, "running", ""}, kNow);
               }),
               Error);
}

TEST_F(Tasks, CannotBeginFinished) {
  EXPECT_THROW(add({.id = "a", .state = State::succeeded}), Error);
}

TEST_F(Tasks, ChangeAndEventAreOneTransaction) {
  auto row = add({.id = "a"});
  {
    db::Transaction never_committed(db());
    change_state(db(), row, {Cause::held_by_user, State::held, "held_by_user", ""}, kNow);
  }

  EXPECT_EQ(task("a").state, State::ready);
  EXPECT_EQ(newest_event(db()), 1);
  expect_counts_agree();
}

TEST_F(Tasks, NameWithoutSourceFindsAll) {
  add({.id = "1"});
  add({.id = "1", .source = "crm"});
  add({.id = "crm:1"});
  const auto found = [&](const char* text) {
    std::vector<std::string> names;
    for (const auto& row : find_tasks_named(db(), text))
      names.push_back(model::to_string(row.task.name));
    return names;
  };

  EXPECT_THAT(found("1"), ElementsAre("board:1", "crm:1"));
  EXPECT_THAT(found("board:1"), ElementsAre("board:1"));
  EXPECT_THAT(found("crm:1"), ElementsAre("crm:1"));
  EXPECT_THAT(found("board:crm:1"), ElementsAre("board:crm:1"));
  EXPECT_THAT(found("2"), ElementsAre());
  EXPECT_THAT(found(""), ElementsAre());
}

TEST_F(Tasks, IdWithAColonIsFoundWithoutItsSource) {
  add({.id = "2026:07"});

  EXPECT_EQ(find_tasks_named(db(), "2026:07").size(), 1u);
}

TEST_F(Tasks, MostUrgentIsTakenThenDueThenOldest) {
  add({.id = "old"});
  add({.id = "late", .due = kNow + 2h});
  add({.id = "soon", .due = kNow + 1h});
  add({.id = "urgent", .priority = 1});
  add({.id = "young"});
  add({.id = "held", .state = State::held, .priority = 1});
  add({.id = "blocked", .priority = 1, .after = {"nothing"}});

  EXPECT_THAT(claim_order("work"), ElementsAre("urgent", "soon", "late", "old", "young"));
}

TEST_F(Tasks, AreTakenByHandlerSourceAndKind) {
  add({.id = "a", .kind = "x"});
  add({.id = "b", .source = "crm", .kind = "x"});
  add({.id = "c", .kind = "y"});
  add({.id = "d", .handler = "other"});

  EXPECT_EQ(
      next_ready(db(), "work", {.source = "crm", .kind = "", .excluded_sources = ""})->task.name.id,
      "b");
  EXPECT_EQ(
      next_ready(db(), "work", {.source = "", .kind = "y", .excluded_sources = ""})->task.name.id,
      "c");
  EXPECT_EQ(next_ready(db(), "work", {.source = "crm", .kind = "y", .excluded_sources = ""}),
            std::nullopt);
  EXPECT_EQ(next_ready(db(), "other", {})->task.name.id, "d");
  EXPECT_EQ(next_ready(db(), "none", {}), std::nullopt);
}

TEST_F(Tasks, WaitingOnesAreTakenWhenTheirTimeHasCome) {
  add({.id = "a"});
  run_to_end("a", "r1", testing::retry_after(5min));
  const auto wake = [&](Instant now) {
    write([&] { wake_waiting(db(), now); });
    return next_ready(db(), "work", {}).has_value();
  };

  EXPECT_EQ(next_wake(db()), kNow + 5min);
  EXPECT_FALSE(wake(kNow + 5min - 1ms));
  EXPECT_TRUE(wake(kNow + 5min));
  EXPECT_EQ(next_wake(db()), std::nullopt);
}

TEST_F(Tasks, ClockSetBackNeverMakesAWaitLonger) {
  add({.id = "a"});
  run_to_end("a", "r1", testing::retry_after(5min));
  const auto before = kNow - 1000h;

  write([&] { wake_waiting(db(), before); });
  EXPECT_EQ(next_wake(db()), before + 5min);

  write([&] { wake_waiting(db(), before + 1min); });
  EXPECT_EQ(next_wake(db()), before + 5min);

  write([&] { wake_waiting(db(), before + 5min); });
  EXPECT_TRUE(next_ready(db(), "work", {}));
}

TEST_F(Tasks, RunningAreCountedByHandler) {
  add({.id = "a"});
  add({.id = "b", .handler = "other"});
  start("a", "r1");

  EXPECT_EQ(count_running(db(), "work"), 1);
  EXPECT_EQ(count_running(db(), "other"), 0);
}

TEST_F(Tasks, ContentChangesWithoutAnEvent) {
  auto row = add({.id = "a"});
  row.task.title = "new";
  row.task.version = "9";
  row.fingerprint = 5;

  write([&] { update_content(db(), row); });

  EXPECT_EQ(task("a").task.title, "new");
  EXPECT_EQ(task("a").task.version, "9");
  EXPECT_EQ(task("a").fingerprint, 5);
  EXPECT_EQ(newest_event(db()), 1);
}

TEST_F(Tasks, DoneAreThoseThatSucceededHereOrThere) {
  EXPECT_TRUE(satisfies(State::succeeded, "succeeded"));
  EXPECT_TRUE(satisfies(State::canceled, "done_upstream"));
  EXPECT_FALSE(satisfies(State::canceled, "closed_upstream"));
  EXPECT_FALSE(satisfies(State::failed, "failed"));
  EXPECT_FALSE(satisfies(State::running, "running"));
}

// The plan of `sql`, one step per line.
std::string plan_of(db::Connection& db, const char* sql) {
  std::string plan;
  for (auto rows = db.query(sql); rows.next();) plan += rows.text(3) + "\n";
  return plan;
}

TEST_F(Tasks, HotQueriesNeitherScanNorSort) {
  struct {
    const char *index, *sql;
  } const cases[] = {
      {"tasks_claim",
       "EXPLAIN QUERY PLAN SELECT n, title FROM tasks WHERE handler = 'x' AND state = 'ready' AND "
       "turn = 1 "
       "AND not_before IS NULL AND ('x' = '' OR source = 'x') AND ('x' = '' OR kind = 'x') "
       "ORDER BY priority, coalesce(due, 253402300799999), n LIMIT 1"},
      {"tasks_waiting",
       "EXPLAIN QUERY PLAN UPDATE tasks SET not_before = NULL WHERE not_before IS NOT NULL AND "
       "not_before <= 5"},
      {"tasks_waiting_since",
       "EXPLAIN QUERY PLAN UPDATE tasks SET not_before = 5 + (not_before - since), since = 5 "
       "WHERE since > 5 AND not_before IS NOT NULL"},
      {"tasks_waiting",
       "EXPLAIN QUERY PLAN SELECT 1 FROM tasks WHERE not_before IS NOT NULL LIMIT 1"},
      {"tasks_waiting",
       "EXPLAIN QUERY PLAN SELECT min(not_before) FROM tasks WHERE not_before IS NOT NULL"},
      {"tasks_state",
       "EXPLAIN QUERY PLAN SELECT count(*) FROM tasks WHERE state = 'running' AND state <> "
       "'succeeded' AND handler = 'x'"},
      {"tasks_key_taken",
       "EXPLAIN QUERY PLAN UPDATE tasks SET turn = 0 WHERE key = 'x' AND key IS NOT NULL AND state "
       "= 'ready' "
       "AND turn = 1"},
      {"tasks_key_taken",
       "EXPLAIN QUERY PLAN SELECT 1 FROM tasks WHERE key = 'x' AND key IS NOT NULL AND state = "
       "'running' LIMIT 1"},
      {"tasks_key",
       "EXPLAIN QUERY PLAN UPDATE tasks SET turn = 1 WHERE n = (SELECT n FROM tasks WHERE key = "
       "'x' "
       "AND key IS NOT NULL AND state = 'ready' ORDER BY priority, coalesce(due, 253402300799999), "
       "n LIMIT 1)"},
      {"tasks_recheck",
       "EXPLAIN QUERY PLAN SELECT n FROM tasks WHERE recheck IS NOT NULL AND recheck <= 5 ORDER "
       "BY recheck"},
      {"tasks_missed",
       "EXPLAIN QUERY PLAN SELECT 1 FROM tasks WHERE missed > 0 AND source = 'x' "
       "AND state IN ('held', 'blocked', 'ready', 'running') LIMIT 1"},
      {"deps_on",
       "EXPLAIN QUERY PLAN SELECT task FROM deps WHERE source = 'x' AND id = 'x' AND met <> 1"},
      {"runs_live",
       "EXPLAIN QUERY PLAN SELECT id, task FROM runs WHERE ended_at IS NULL ORDER BY id"},
  };
  for (const auto& [index, sql] : cases) {
    std::string plan;
    write([&] { plan = plan_of(db(), sql); });  // of an UPDATE only where one may be made
    EXPECT_THAT(plan, HasSubstr(std::string("INDEX ") + index)) << sql;
    EXPECT_THAT(plan, ::testing::Not(HasSubstr("TEMP B-TREE"))) << sql << "\n" << plan;
  }
}

// Random lives of tasks, with keys and dependencies among them; the rules of the store must hold
// after every step.
class RandomLives : public Tasks {
 protected:
  int random(int below) { return std::uniform_int_distribution<int>(0, below - 1)(engine_); }
  std::string random_id() { return std::to_string(random(kTasks)); }

  void step() {
    const auto id = random_id();
    const auto row = find_task(db(), {"board", id});
    if (!row) return forgotten_.contains(id) ? claim() : discover(id);
    now_ += 1s;
    if (row->state == State::running) return end(*row);
    switch (random(5)) {
      case 0:
        return try_change(*row, Cause::held_by_user, State::held, "held_by_user");
      case 1:
        return try_change(*row, Cause::retried_by_user,
                          row->unmet > 0 ? State::blocked : State::ready,
                          row->unmet > 0 ? "waits_for_tasks" : "ready");
      case 2:
        return forget(*row);
      default:
        return claim();
    }
  }

  void expect_rules_hold() {
    expect_counts_agree();
    // Of each key at most one runs or has the turn.
    EXPECT_EQ(one_number("SELECT count(*) FROM (SELECT key FROM tasks WHERE key IS NOT NULL AND "
                         "(state = 'running' OR (state = 'ready' AND turn = 1)) GROUP BY key "
                         "HAVING count(*) > 1)"),
              0);
    // A key with ready tasks and none running has given the turn to one.
    EXPECT_EQ(one_number("SELECT count(*) FROM (SELECT key FROM tasks WHERE key IS NOT NULL AND "
                         "state IN ('ready', 'running') GROUP BY key "
                         "HAVING sum(state = 'running') = 0 AND sum(turn) <> 1)"),
              0);
    EXPECT_EQ(
        one_number("SELECT count(*) FROM tasks t WHERE unmet <> (SELECT count(*) FROM deps WHERE "
                   "task = t.n AND met = 0)"),
        0);
    EXPECT_EQ(one_number(
                  "SELECT count(*) FROM deps d JOIN tasks t ON t.source = d.source AND t.id = d.id "
                  "WHERE d.met <> (t.state = 'succeeded')"),
              0);
    EXPECT_EQ(
        one_number(
            "SELECT count(*) FROM tasks t WHERE state <> (SELECT new FROM events WHERE task = t.n "
            "ORDER BY seq DESC LIMIT 1)"),
        0);
    EXPECT_EQ(one_number("SELECT count(*) FROM runs WHERE ended_at IS NULL"),
              one_number("SELECT count(*) FROM tasks WHERE state = 'running'"));
  }

 private:
  static constexpr int kTasks = 30;

  void discover(const std::string& id) {
    std::vector<std::string> after;
    for (int other = 0; other < std::stoi(id); ++other)
      if (random(4) == 0) after.push_back(std::to_string(other));
    add({.id = id,
         .state = random(4) == 0 ? State::held : State::ready,
         .key = random(2) == 0 ? "k" + std::to_string(random(2)) : "",
         .priority = 1 + random(4),
         .after = after},
        now_);
  }

  void try_change(TaskRow row, Cause cause, State to, const char* reason) {
    if (!model::is_legal(row.state, cause, to)) return;
    row.not_before.reset();
    write([&] { change_state(db(), row, {cause, to, reason, ""}, now_); });
  }

  void claim() {
    write([&] { wake_waiting(db(), now_); });
    if (const auto row = next_ready(db(), "work", {}))
      start(row->task.name.id, "run-" + std::to_string(++runs_), now_);
  }

  void end(const TaskRow& row) {
    switch (random(3)) {
      case 0:
        finish(row.run, testing::success(), now_);
        return;
      case 1:
        finish(row.run, testing::failure(), now_);
        return;
      default:
        finish(row.run, testing::retry_after(3s), now_);
    }
  }

  void forget(const TaskRow& row) {
    if (random(4) != 0) return;
    write([&] { forget_task(db(), row, now_); });
    forgotten_.insert(row.task.name.id);
  }

  std::mt19937 engine_{20261130};
  Instant now_ = kNow;
  std::set<std::string> forgotten_;
  int runs_ = 0;
};

TEST_F(RandomLives, KeepEveryRule) {
  for (int i = 0; i < 600 && !HasFailure(); ++i) {
    step();
    expect_rules_hold();
  }
}

}  // namespace
}  // namespace cb::state
