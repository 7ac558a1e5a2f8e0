#include "flow/admit_all.h"

#include <gmock/gmock.h>

#include <random>

#include "common/flow/flow_fixture.h"

namespace cb::flow {
namespace {

using model::State;
using Seen = Admitted::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AdmitAllTest : public FlowTest {
 protected:
  // Those of a kind are of a key.
  AdmitAllTest() {
    handlers = {{.name = "plain", .match = {{.key = "kind", .value = ""}}, .run = {"true"}},
                {.name = "keyed", .run = {"true"}, .key = "{kind}"}};
  }

  model::Task ready(const std::string& id) { return upstream(id, "to do"); }

  // Takes them in together, and returns the ids that were stored together.
  std::vector<std::string> see_all(std::vector<model::Task> tasks) {
    std::vector<std::string> ids;
    others.clear();
    write([&] {
      const auto rows =
          admit_all(db(),
                    {.tasks = tasks,
                     .listed_since = state::deliveries(db()),
                     .on_cycle = OnCycle::refuse,
                     .rules_of = [&](const std::string&) { return Rules{rules, handlers}; }},
                    now, [&](size_t place, const Admitted& admitted) {
                      others.emplace_back(place, admitted.kind);
                    });
      for (const auto& row : rows) ids.push_back(row.task.name.id);
    });
    return ids;
  }

  // All that is stored, as text.
  static std::vector<std::string> dump(db::Connection& db) {
    std::vector<std::string> lines;
    for (const char* sql :
         {"SELECT n || ' ' || source || ':' || id || ' ' || title || ' ' || state || ' ' || reason "
          "|| ' ' || detail || ' ' || handler || ' ' || ifnull(key, '-') || ' ' || turn || ' ' || "
          "unmet || ' ' || fingerprint || ' ' || since || ' ' || first_seen FROM tasks ORDER BY n",
          "SELECT seq || ' ' || task || ' ' || cause || ' ' || ifnull(old, '-') || ' ' || new || "
          "' ' || reason || ' ' || detail || ' ' || at FROM events ORDER BY seq",
          "SELECT source || ' ' || state || ' ' || reason || ' ' || tasks FROM counts "
          "WHERE tasks > 0 ORDER BY 1",
          "SELECT task || ' ' || position || ' ' || source || ':' || id || ' ' || met FROM deps "
          "ORDER BY 1",
          "SELECT source || ':' || id || ' ' || done FROM seen ORDER BY 1"})
      for (auto rows = db.query(sql); rows.next();) lines.push_back(rows.text(0));
    return lines;
  }

  std::vector<std::pair<size_t, Seen>> others;
};

TEST_F(AdmitAllTest, WhatIsNewIsStoredTogetherAndNumberedInItsOrder) {
  std::vector<model::Task> tasks;
  for (int i = 0; i < 40; ++i) tasks.push_back(ready("t" + std::to_string(i)));

  EXPECT_EQ(see_all(tasks).size(), 40U);

  EXPECT_THAT(others, IsEmpty());
  for (int i = 0; i < 40; ++i) EXPECT_EQ(task("t" + std::to_string(i)).n, i + 1);
  EXPECT_EQ(one_number("SELECT count(*) FROM events e JOIN tasks t ON t.n = e.task "
                       "AND e.seq = t.n WHERE e.cause = 'discovered'"),
            40);
}

TEST_F(AdmitAllTest, WhatIsKnownOrWaitsOrComesTwiceIsLookedAtOneByOne) {
  see(ready("known"));
  auto waits = ready("waits");
  waits.after = {{"board", "first"}};
  auto changed = ready("first");
  changed.title = "Changed";

  EXPECT_THAT(see_all({ready("first"), ready("known"), waits, changed, upstream("past", "done"),
                       ready("last")}),
              ElementsAre("first", "last"));

  EXPECT_THAT(others, ElementsAre(std::pair(1, Seen::unchanged), std::pair(2, Seen::changed),
                                  std::pair(3, Seen::unchanged), std::pair(4, Seen::ignored)));
  EXPECT_EQ(task("first").task.title, "Changed");
  EXPECT_EQ(task("waits").state, State::blocked);
}

TEST_F(AdmitAllTest, OneOfAKeyHasTheTurn) {
  std::vector<model::Task> tasks;
  for (int i = 0; i < 40; ++i) {
    tasks.push_back(ready("t" + std::to_string(i)));
    tasks.back().kind = "k";
    tasks.back().priority = i == 30 ? 1 : 3;
  }

  see_all(tasks);

  EXPECT_EQ(one_text("SELECT group_concat(id) FROM tasks WHERE turn = 1"), "t30");
}

TEST_F(AdmitAllTest, LeavesWhatOneAfterTheOtherLeaves) {
  std::mt19937 random(1);  // NOLINT: the same at every run
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  auto single = state::open_store(directory / "single", db::Access::create);
  const char* statuses[] = {"to do", "to do", "to do", "doing", "done", "archived"};
  for (int round = 0; round < 60; ++round) {
    std::vector<model::Task> tasks;
    for (int i = pick(50); i >= 0; --i) {
      auto task = upstream("t" + std::to_string(pick(400)), statuses[pick(6)]);
      task.title = "Title " + std::to_string(pick(2));
      if (pick(8) == 0) task.after.push_back({"board", "t" + std::to_string(pick(400))});
      if (pick(4) == 0) task.kind = "k" + std::to_string(pick(3));
      tasks.push_back(task);
    }
    now += std::chrono::seconds(1);
    {
      db::Transaction transaction(*single.db);
      const auto since = state::deliveries(*single.db);
      for (const auto& task : tasks)
        admit(*single.db, {rules, handlers},
              {.task = task, .listed_since = since, .on_cycle = OnCycle::refuse}, now);
      transaction.commit();
    }
    see_all(tasks);
    ASSERT_EQ(dump(db()), dump(*single.db)) << "round " << round;
  }
  EXPECT_GT(one_number("SELECT count(*) FROM tasks"), 200);
}

}  // namespace
}  // namespace cb::flow
