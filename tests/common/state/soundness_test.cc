#include "state/soundness.h"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "support/store_fixture.h"

namespace cb::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SoundnessTest : public cb::testing::StoreTest {
 protected:
  SoundnessTest() {
    add({.id = "one"});
    add({.id = "two", .after = {"one"}});
  }
  void spoil(const char* sql) {
    write([&] { db().script(sql); });
  }
};

TEST_F(SoundnessTest, AStoreAsItShouldBeHasNoFault) {
  EXPECT_TRUE(find_damage(db()).is_none());
  EXPECT_THAT(find_contradictions(db()), IsEmpty());
}

TEST_F(SoundnessTest, FactsCountEveryTable) {
  const auto facts = read_facts(db());

  EXPECT_EQ(facts.rows.at("tasks"), 2);
  EXPECT_EQ(facts.rows.at("deps"), 1);
  EXPECT_EQ(facts.newest_event, 2);
  EXPECT_EQ(facts.schema, schema_version());
}

TEST_F(SoundnessTest, CountsThatAreNotThoseOfTheTasksAreFound) {
  spoil("UPDATE counts SET tasks = 7 WHERE state = 'ready'");

  EXPECT_THAT(find_contradictions(db()),
              ElementsAre("counts: 1 tasks of board are ready (ready), not 7"));
}

TEST_F(SoundnessTest, CountsOfNothingAreFound) {
  spoil("INSERT INTO counts VALUES ('board', 'failed', 'failed', 1)");

  EXPECT_THAT(find_contradictions(db()),
              ElementsAre("counts: 0 tasks of board are failed (failed), not 1"));
}

TEST_F(SoundnessTest, WrongNumbersOfDependenciesAreFound) {
  spoil("UPDATE tasks SET unmet = 2 WHERE id = 'two'");

  EXPECT_THAT(find_contradictions(db()), ElementsAre("task board:two: waits for 2 tasks, not 1"));
}

TEST_F(SoundnessTest, AStateWithoutItsEventIsFound) {
  spoil(
      "UPDATE tasks SET state = 'held' WHERE id = 'one'; DELETE FROM counts;"
      "INSERT INTO counts SELECT source, state, reason, count(*) FROM tasks GROUP BY 1, 2, 3");

  EXPECT_THAT(find_contradictions(db()),
              ElementsAre("task board:one: held, but its last event says ready"));
}

TEST_F(SoundnessTest, ARunThatLivesWithoutItsTaskIsFound) {
  spoil(
      "INSERT INTO runs SELECT 'r', n, 1, '', '[]', '{}', '', '', 0, 0, 0, 0, NULL, NULL, NULL, "
      "NULL, '', NULL, NULL FROM tasks WHERE id = 'one'");

  EXPECT_THAT(find_contradictions(db()), ElementsAre("run r: lives without its task"));
}

TEST_F(SoundnessTest, AtMostSoManyAreTold) {
  for (int i = 0; i < 30; ++i) add({.id = std::to_string(i), .state = model::State::held});
  spoil(
      "UPDATE tasks SET unmet = 1 WHERE state = 'held'; INSERT INTO deps SELECT n, 0, 'board', "
      "'one', 1 FROM tasks WHERE state = 'held'");

  EXPECT_EQ(find_contradictions(db(), 5).size(), 5U);
}

// Without the entry of one row: what remains when a commit was half lost.
TEST_F(SoundnessTest, RowsMissingFromAnIndexAreToldFromOtherDamage) {
  const auto path = store.layout.database();
  store.db.reset();
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
  sqlite3_exec(raw,
               "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX "
               "deps_on ON deps (id, source, task)' WHERE name = 'deps_on'",
               nullptr, nullptr, nullptr);
  sqlite3_close(raw);
  db::Connection db({.path = path, .access = db::Access::read});

  const auto damage = find_damage(db);

  EXPECT_THAT(damage.other, IsEmpty());
  EXPECT_FALSE(damage.index.empty());
}

}  // namespace
}  // namespace cb::state
