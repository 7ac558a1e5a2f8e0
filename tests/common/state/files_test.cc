#include "state/files.h"

#include <gmock/gmock.h>

#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using cb::testing::kNow;
using model::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class FilesTest : public cb::testing::StoreTest {
 protected:
  FileRow file(const std::string& name, FileStage stage, int64_t task = 0,
               const std::string& watch = "inbox") {
    FileRow row;
    row.watch = watch;
    row.name = name;
    row.content = "c" + std::to_string(++contents);
    row.size = 7;
    row.stamp = 1000 + contents;
    row.path = "/in/" + name;
    row.old_path = stage == FileStage::leaving ? "/in/old" : "";
    row.stage = stage;
    row.task = task;
    row.since = kNow;
    write([&] { insert_file(db(), row); });
    return row;
  }
  std::vector<std::string> names(FileStage stage, const std::string& watch = "inbox",
                                 int64_t after = 0, int limit = 100) {
    std::vector<std::string> found;
    for (const auto& row : files_in(db(), watch, stage, after, limit)) found.push_back(row.name);
    return found;
  }
  bool is_refused(FileRow row) {
    try {
      write([&] { update_file(db(), row); });
    } catch (const Error&) {
      return true;
    }
    return false;
  }
  std::string plan_of(const char* sql) {
    std::string plan;
    for (auto rows = db().query(sql); rows.next();) plan += rows.text(3) + "\n";
    return plan;
  }

  int contents = 0;
};

TEST_F(FilesTest, EveryMemberSurvives) {
  const auto task = add({.id = "1"});
  FileRow row;
  row.watch = "inbox";
  row.name = "a/b.xlsx";
  row.content = std::string(32, 'f');
  row.size = 1LL << 40;
  row.stamp = INT64_MIN;
  row.path = "/out/b.xlsx";
  row.old_path = "/in/a/b.xlsx";
  row.stage = FileStage::leaving;
  row.task = task.n;
  row.match = R"({"is":"exact"})";
  row.missed = 1;
  row.since = kNow;
  write([&] { insert_file(db(), row); });

  const auto stored = get_file(db(), row.n).value();

  EXPECT_EQ(stored.watch, row.watch);
  EXPECT_EQ(stored.name, row.name);
  EXPECT_EQ(stored.content, row.content);
  EXPECT_EQ(stored.size, row.size);
  EXPECT_EQ(stored.stamp, row.stamp);
  EXPECT_EQ(stored.path, row.path);
  EXPECT_EQ(stored.old_path, row.old_path);
  EXPECT_EQ(stored.stage, row.stage);
  EXPECT_EQ(stored.task, row.task);
  EXPECT_EQ(stored.match, row.match);
  EXPECT_EQ(stored.missed, row.missed);
  EXPECT_EQ(stored.since, row.since);
}

TEST_F(FilesTest, UpdatingWritesAllButTheIdentity) {
  const auto task = add({.id = "1"});
  auto row = file("a", FileStage::unmatched);
  row.size = 8;
  row.stamp = -1;
  row.path = "/out/a";
  row.old_path = "/in/a";
  row.stage = FileStage::leaving;
  row.task = task.n;
  row.match = "{}";
  row.missed = 2;
  row.since = kNow + std::chrono::seconds(1);

  write([&] { update_file(db(), row); });

  const auto stored = find_file(db(), "inbox", "a", row.content).value();
  EXPECT_EQ(stored.n, row.n);
  EXPECT_EQ(stored.size, 8);
  EXPECT_EQ(stored.stamp, -1);
  EXPECT_EQ(stored.path, "/out/a");
  EXPECT_EQ(stored.old_path, "/in/a");
  EXPECT_EQ(stored.stage, FileStage::leaving);
  EXPECT_EQ(stored.task, task.n);
  EXPECT_EQ(stored.match, "{}");
  EXPECT_EQ(stored.missed, 2);
  EXPECT_EQ(stored.since, row.since);
}

TEST_F(FilesTest, NamesAreBytes) {
  const std::string names_of_all_kinds[] = {"\xff\xfe",
                                            "\xff\xfd",
                                            "\xc3\xa9",
                                            "e\xcc\x81",
                                            "A",
                                            "a",
                                            " a",
                                            "a ",
                                            "line\nbreak\t",
                                            "-rf",
                                            "\xed\xa0\x80",
                                            "\xf0\x9f",
                                            std::string(255, '\x80')};
  for (const auto& name : names_of_all_kinds) file(name, FileStage::unmatched);

  for (const auto& name : names_of_all_kinds) {
    const auto found = files_named(db(), "inbox", name);
    ASSERT_EQ(found.size(), 1u) << name;
    EXPECT_EQ(found[0].name, name);
    EXPECT_EQ(found[0].path, "/in/" + name);
    EXPECT_TRUE(find_file(db(), "inbox", name, found[0].content));
  }
  EXPECT_THAT(files_named(db(), "inbox", "\xff"), IsEmpty());
}

TEST_F(FilesTest, ANameHasARowPerContentTheNewestFirst) {
  const auto first = file("a", FileStage::replaced);
  const auto second = file("a", FileStage::unmatched);
  file("a", FileStage::unmatched, 0, "other");

  const auto found = files_named(db(), "inbox", "a");

  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].n, second.n);
  EXPECT_EQ(found[1].n, first.n);
}

TEST_F(FilesTest, TheSameNameAndContentIsStoredOnce) {
  auto row = file("a", FileStage::unmatched);

  EXPECT_THROW(write([&] { insert_file(db(), row); }), Error);
}

TEST_F(FilesTest, NumbersAreNotUsedAgain) {
  const auto first = file("a", FileStage::unmatched);
  write([&] { db().run("DELETE FROM files"); });

  EXPECT_GT(file("a", FileStage::unmatched).n, first.n);
}

TEST_F(FilesTest, EachStageHasItsShape) {
  const auto task = add({.id = "1"});
  auto row = file("a", FileStage::unmatched);

  for (const auto stage : {FileStage::listed, FileStage::unmatched}) {
    row.stage = stage;
    row.task = task.n;
    EXPECT_TRUE(is_refused(row)) << to_string(stage);
    row.task = 0;
    EXPECT_FALSE(is_refused(row)) << to_string(stage);
  }
  row.stage = FileStage::given;
  EXPECT_TRUE(is_refused(row));
  row.task = task.n;
  EXPECT_FALSE(is_refused(row));
  row.stage = FileStage::leaving;
  EXPECT_TRUE(is_refused(row));
  row.old_path = "/in/a";
  EXPECT_FALSE(is_refused(row));
  row.stage = FileStage::settled;
  EXPECT_TRUE(is_refused(row));
  row.task = task.n + 1;
  row.old_path = "";
  EXPECT_TRUE(is_refused(row)) << "there is no such task";
}

TEST_F(FilesTest, EveryStageHasItsWord) {
  for (const auto stage :
       {FileStage::listed, FileStage::unmatched, FileStage::given, FileStage::leaving,
        FileStage::settled, FileStage::replaced, FileStage::gone})
    EXPECT_EQ(parse_file_stage(to_string(stage)), stage);
  EXPECT_EQ(parse_file_stage("Given"), std::nullopt);
}

TEST_F(FilesTest, TheFileOfATaskIsTheNewestThatItHas) {
  const auto task = add({.id = "1"});
  file("old", FileStage::settled, task.n);
  file("left behind", FileStage::replaced, task.n);
  EXPECT_EQ(file_of_task(db(), task.n)->name, "old");

  file("moving", FileStage::leaving, task.n);
  EXPECT_EQ(file_of_task(db(), task.n)->name, "moving");
  file("new", FileStage::given, task.n);
  file("vanished", FileStage::gone, task.n);
  EXPECT_EQ(file_of_task(db(), task.n)->name, "new");
  EXPECT_EQ(file_of_task(db(), task.n + 1), std::nullopt);
  EXPECT_EQ(files_of_task(db(), task.n).size(), 5u);
}

TEST_F(FilesTest, StampsAreThoseOfOneWatch) {
  const auto a = file("a", FileStage::settled), b = file("b", FileStage::unmatched);
  file("c", FileStage::settled, 0, "other");
  std::vector<int64_t> stamps;

  stamps_of(db(), "inbox", [&](int64_t stamp) { stamps.push_back(stamp); });

  EXPECT_THAT(stamps, UnorderedElementsAre(a.stamp, b.stamp));
}

TEST_F(FilesTest, FilesOfAStageComeInOrderAndInPortions) {
  const auto a = file("a", FileStage::unmatched);
  file("b", FileStage::settled);
  file("c", FileStage::unmatched);
  file("d", FileStage::unmatched, 0, "other");

  EXPECT_THAT(names(FileStage::unmatched), ElementsAre("a", "c"));
  EXPECT_THAT(names(FileStage::unmatched, "inbox", 0, 1), ElementsAre("a"));
  EXPECT_THAT(names(FileStage::unmatched, "inbox", a.n), ElementsAre("c"));
  EXPECT_THAT(names(FileStage::unmatched, ""), ElementsAre("a", "c", "d"));
  EXPECT_THAT(names(FileStage::settled), ElementsAre("b"));
  EXPECT_THAT(names(FileStage::leaving), IsEmpty());
}

TEST_F(FilesTest, EndedAreThoseWhoseTaskHasEnded) {
  for (const auto* id : {"runs", "done", "broken", "off"}) add({.id = id});
  start("runs", "r0");
  run_to_end("done", "r1", cb::testing::success());
  run_to_end("broken", "r2", cb::testing::failure());
  change("off", model::Cause::canceled_by_user, State::canceled, "canceled_by_user");
  for (const auto* id : {"runs", "done", "broken", "off"}) file(id, FileStage::given, task(id).n);
  file("settled", FileStage::settled, task("done").n);
  file("elsewhere", FileStage::given, task("done").n, "other");

  std::vector<std::pair<std::string, State>> found;
  for (const auto& ended : ended_files(db(), "inbox", 0, 100))
    found.emplace_back(ended.file.name, ended.state);

  EXPECT_THAT(found, ElementsAre(Pair("done", State::succeeded), Pair("broken", State::failed),
                                 Pair("off", State::canceled)));
  EXPECT_EQ(ended_files(db(), "inbox", 0, 1).size(), 1u);
}

TEST_F(FilesTest, UnmatchedOnesOfAllWatchesAreCounted) {
  file("a", FileStage::unmatched);
  file("b", FileStage::unmatched, 0, "other");
  file("c", FileStage::settled);

  EXPECT_EQ(count_unmatched(db()), 2);
}

TEST_F(FilesTest, AForgottenTaskLeavesItsFilesBehind) {
  add({.id = "1"});
  run_to_end("1", "r1", cb::testing::success());
  const auto n = task("1").n;
  const FileRow rows[] = {file("a", FileStage::given, n), file("b", FileStage::leaving, n),
                          file("c", FileStage::settled, n), file("d", FileStage::replaced, n)};

  write([&] { forget_task(db(), task("1"), kNow); });

  const FileStage expected[] = {FileStage::settled, FileStage::leaving, FileStage::settled,
                                FileStage::replaced};
  for (int i = 0; i < 4; ++i) {
    const auto row = get_file(db(), rows[i].n).value();
    EXPECT_EQ(row.task, 0) << row.name;
    EXPECT_EQ(row.stage, expected[i]) << row.name;
  }
}

TEST_F(FilesTest, AFileThatItsForgottenTaskNeverUsedIsForAnotherOne) {
  const auto tied = add({.id = "1", .state = State::held});
  const auto own = add({.id = "2", .source = "inbox", .state = State::held});
  const auto a = file("a", FileStage::given, tied.n), b = file("b", FileStage::given, own.n);

  write([&] {
    forget_task(db(), task("1"), kNow);
    forget_task(db(), task("2", "inbox"), kNow);
  });

  EXPECT_EQ(get_file(db(), a.n)->stage, FileStage::unmatched);
  EXPECT_EQ(get_file(db(), b.n)->stage, FileStage::settled);
}

TEST_F(FilesTest, HotQueriesNeitherScanNorSort) {
  struct {
    const char *index, *sql;
  } const cases[] = {
      {"COVERING INDEX files_stamp",
       "EXPLAIN QUERY PLAN SELECT stamp FROM files WHERE watch = 'x' AND stage <> 'gone' AND stage "
       "<> 'replaced'"},
      {"sqlite_autoindex_files_1",
       "EXPLAIN QUERY PLAN SELECT path FROM files WHERE watch = 'x' AND name = 'y'"},
      {"files_task",
       "EXPLAIN QUERY PLAN SELECT path FROM files f WHERE f.task = 5 AND f.stage IN ('given', "
       "'leaving', 'settled') ORDER BY f.n DESC LIMIT 1"},
      {"files_open",
       "EXPLAIN QUERY PLAN SELECT path FROM files f WHERE f.watch = 'x' AND f.stage = 'given' AND "
       "f.stage IN ('unmatched', 'given', 'leaving') AND f.n > 5 ORDER BY f.n LIMIT 5"},
      {"files_open",
       "EXPLAIN QUERY PLAN SELECT path FROM files f CROSS JOIN tasks t ON t.n = f.task WHERE "
       "f.watch = 'x' AND f.stage = 'given' AND f.stage IN ('unmatched', 'given', 'leaving') AND "
       "f.n > 5 AND t.state IN ('succeeded', 'failed', 'canceled') ORDER BY f.n LIMIT 5"},
      {"COVERING INDEX files_open",
       "EXPLAIN QUERY PLAN SELECT count(*) FROM files WHERE stage = 'unmatched' AND stage IN "
       "('unmatched', 'given', 'leaving')"},
      {"files_task",
       "EXPLAIN QUERY PLAN UPDATE files SET task = NULL WHERE task = 5 AND stage = 'given'"}};
  for (const auto& each : cases) {
    std::string plan;
    write([&] { plan = plan_of(each.sql); });
    EXPECT_THAT(plan, HasSubstr(each.index)) << each.sql;
    EXPECT_THAT(plan, Not(HasSubstr("TEMP B-TREE"))) << each.sql;
  }
}

}  // namespace
}  // namespace cb::state
