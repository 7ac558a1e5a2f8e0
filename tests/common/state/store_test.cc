#include "state/store.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "os/file.h"
#include "state/schema.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryDirectory;
using ::testing::UnorderedElementsAre;

// The fault and line of what `act` throws.
template <typename Act>
std::pair<Fault, std::string> thrown(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return {error.fault(), error.what()};
  }
  return {Fault::usage, "nothing was thrown"};
}

mode_t mode_of(const std::string& path) {
  struct stat found{};
  stat(path.c_str(), &found);
  return found.st_mode & 0777;
}

void run_script(const std::string& path, const char* sql) {
  os::make_directories(os::parent_path(path) + "/locks");
  db::Connection db({.path = path,
                     .gate_path = os::parent_path(path) + "/locks/write",
                     .access = db::Access::create});
  db::Transaction transaction(db);
  db.script(sql);
  transaction.commit();
}

TEST(Store, IsMadeWithItsDirectories) {
  TemporaryDirectory directory;
  const auto root = directory / "a/b";

  open_store(root, db::Access::create);

  EXPECT_THAT(os::list_directory(root),
              ::testing::IsSupersetOf({"state.db", "runs", "work", "locks", "journal", "backups"}));
  EXPECT_EQ(mode_of(root), 0700u);
  EXPECT_EQ(mode_of(root + "/state.db"), 0600u);
}

TEST(Store, ReadingNeverCreatesOne) {
  TemporaryDirectory directory;

  for (const auto access : {db::Access::read, db::Access::write}) {
    const auto [fault, line] = thrown([&] { open_store(directory / "none", access); });
    EXPECT_EQ(fault, Fault::answer);
    EXPECT_THAT(line, HasSubstr("there is no store yet"));
  }
  EXPECT_FALSE(os::exists(directory / "none"));
}

TEST(Store, ReadingChangesNothing) {
  TemporaryDirectory directory;
  open_store(directory.path(), db::Access::create);
  const auto before = os::read_file(directory / "state.db");

  auto store = open_store(directory.path(), db::Access::read);

  EXPECT_THROW(store.db->run("DELETE FROM tasks"), Error);
  EXPECT_EQ(os::read_file(directory / "state.db"), before);
}

TEST(Store, OpeningAgainKeepsWhatIsThere) {
  TemporaryDirectory directory;
  {
    auto store = open_store(directory.path(), db::Access::create);
    db::Transaction transaction(*store.db);
    store.db->run("INSERT INTO meta (key, value) VALUES ('a', 'b')");
    transaction.commit();
  }

  auto store = open_store(directory.path(), db::Access::create);

  auto rows = store.db->query("SELECT value FROM meta");
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(0), "b");
}

TEST(Store, LostOneIsRefused) {
  for (const char* left : {"/runs/01J", "/journal/1"}) {
    TemporaryDirectory directory;
    os::make_directories(directory.path() + left);

    for (const auto access : {db::Access::create, db::Access::read}) {
      const auto [fault, line] = thrown([&] { open_store(directory.path(), access); });
      EXPECT_EQ(fault, Fault::permanent) << left;
      EXPECT_THAT(line, HasSubstr("cb-backup restore"));
    }
    EXPECT_FALSE(os::exists(directory / "state.db"));
  }
}

TEST(Store, NewerSchemaIsRefused) {
  TemporaryDirectory directory;
  open_store(directory.path(), db::Access::create);
  run_script(directory / "state.db", "PRAGMA user_version = 1000");

  const auto [fault, line] = thrown([&] { open_store(directory.path(), db::Access::create); });

  EXPECT_EQ(fault, Fault::permanent);
  EXPECT_THAT(line, HasSubstr("its schema 1000 is newer"));
}

TEST(Store, AnotherProgramsDatabaseIsRefused) {
  TemporaryDirectory directory;
  run_script(directory / "state.db", "PRAGMA application_id = 7; CREATE TABLE t (a)");

  const auto [fault, line] = thrown([&] { open_store(directory.path(), db::Access::create); });

  EXPECT_EQ(fault, Fault::permanent);
  EXPECT_THAT(line, HasSubstr("not a store of cb"));
}

TEST(Store, AnotherProgramsDatabaseWithoutMarksIsRefused) {
  TemporaryDirectory directory;
  run_script(directory / "state.db", "CREATE TABLE notes (a)");

  EXPECT_EQ(thrown([&] { open_store(directory.path(), db::Access::create); }).first,
            Fault::permanent);
}

TEST(Store, DamagedFileIsRefused) {
  TemporaryDirectory directory;
  os::make_directories(directory / "locks");
  os::write_file(directory / "state.db", std::string(8192, 'x'));

  const auto [fault, line] = thrown([&] { open_store(directory.path(), db::Access::create); });

  EXPECT_EQ(fault, Fault::permanent);
  EXPECT_THAT(line, HasSubstr("cb-backup restore"));
}

TEST(Store, UnfinishedOneIsNoStoreForReaders) {
  TemporaryDirectory directory;
  run_script(directory / "state.db", "");

  EXPECT_NE(thrown([&] { open_store(directory.path(), db::Access::read); }).second,
            "nothing was thrown");
  EXPECT_NO_THROW(open_store(directory.path(), db::Access::create));
}

class Checks : public testing::StoreTest {
 protected:
  void refuses(const char* sql) {
    EXPECT_THROW(write([&] { db().run(sql); }), Error) << sql;
  }
};

TEST_F(Checks, ShapeOfEachStateHolds) {
  add({.id = "a"});
  refuses("UPDATE tasks SET state = 'running'");  // without a run
  refuses("UPDATE tasks SET run = 'r1'");         // not running
  refuses("UPDATE tasks SET state = 'blocked'");  // by nothing
  refuses("UPDATE tasks SET unmet = 1");          // and ready
  refuses("UPDATE tasks SET state = 'held', not_before = 5");
  refuses("UPDATE tasks SET due = 'tomorrow'");             // STRICT
  refuses("INSERT INTO deps VALUES (99, 0, 'a', 'b', 0)");  // no such task
}

TEST_F(Checks, ShapeOfRunsAndWritesHolds) {
  add({.id = "a"});
  start("a", "r1");
  refuses("UPDATE runs SET ended_at = 5");           // without an outcome
  refuses("UPDATE runs SET outcome = 'succeeded'");  // and not ended
  refuses(
      "INSERT INTO outbox (op, task, kind, text, path, created_at, maybe_sent, tries, next_try, "
      "state, error) "
      "VALUES ('o', 1, 'comment', '', '', 1, 0, 0, 1, 'delivered', '')");  // without a time
}

TEST_F(Checks, NumbersOfTasksAreNeverUsedAgain) {
  const auto first = add({.id = "a"});
  write([&] { db().run("DELETE FROM tasks"); });

  EXPECT_GT(add({.id = "b"}).n, first.n);
}

}  // namespace
}  // namespace cb::state
