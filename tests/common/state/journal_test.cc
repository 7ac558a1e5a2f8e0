#include "state/journal.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "common/state/journal_fixture.h"
#include "state/events.h"

namespace cb::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

TEST_F(JournalTest, EachEventIsALineWithTheRowsOfItsTask) {
  add({.id = "a"});
  add({.id = "b", .after = {"a"}});
  start("a", "run-1");

  std::vector<JournalLine> lines;
  const auto result = read(lines);

  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(result.first, 1);
  EXPECT_EQ(result.last, 3);
  EXPECT_THAT(result.flaws, IsEmpty());
  EXPECT_THAT(result.missing, IsEmpty());
  const auto& claimed = lines[2].content;
  EXPECT_EQ(claimed["task"], "board:a");
  EXPECT_EQ(claimed["n"], task("a").n);
  EXPECT_EQ(claimed["at"], "2027-01-15T08:00:00.000Z");
  EXPECT_EQ(claimed["cause"], "claimed");
  EXPECT_EQ(claimed["old"], "ready");
  EXPECT_EQ(claimed["new"], "running");
  EXPECT_EQ(claimed["run"], "run-1");
  EXPECT_EQ(claimed["rows"]["tasks"][0]["state"], "running");
  EXPECT_EQ(claimed["rows"]["tasks"][0]["due"], nullptr);
  EXPECT_EQ(claimed["rows"]["runs"][0]["id"], "run-1");
  EXPECT_FALSE(claimed["rows"].contains("deps"));
  EXPECT_EQ(lines[1].content["rows"]["deps"][0]["id"], "a");
}

TEST_F(JournalTest, WhatIsRolledBackIsNotInIt) {
  add({.id = "a"});
  {
    db::Transaction transaction(db());
    auto row = task("a");
    change_state(db(), row, {model::Cause::held_by_user, model::State::held, "held_by_user", ""},
                 testing::kNow);
  }
  add({.id = "b"});

  EXPECT_THAT(numbers(), ElementsAre(1, 2));
  EXPECT_EQ(numbers(), events());
}

TEST_F(JournalTest, WritersTakeTurns) {
  auto other = open_store(store.layout.root, db::Access::write);
  for (int i = 0; i < 10; ++i) {
    add({.id = "task-" + std::to_string(i)});
    std::swap(store.db, other.db);
  }

  EXPECT_EQ(numbers(), events());
}

TEST_F(JournalTest, WhatAKilledWriterLeftOutTheNextOneWrites) {
  add({.id = "a"});
  auto alive = kill_writers();
  Event event;
  event.at = testing::kNow;
  event.task = 1;
  event.cause = model::Cause::evaluated;
  event.before = event.after = model::State::ready;
  write([&] {
    for (int i = 0; i < 5000; ++i) append_event(db(), event);
  });
  EXPECT_THAT(numbers(), SizeIs(1));

  store.db = std::move(alive);
  write([] {});  // nothing of its own

  EXPECT_EQ(numbers(), events());
}

TEST_F(JournalTest, ATornLastLineIsNoneAndIsWrittenAnew) {
  add({.id = "a"});
  add({.id = "b"});
  for (const unsigned torn : {1U, 20U, 400U}) {
    const auto path = newest();
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - torn);
    std::vector<JournalLine> lines;
    EXPECT_THAT(read(lines).flaws, IsEmpty());

    if (torn == 20) store = open_store(store.layout.root, db::Access::write);
    write([] {});

    EXPECT_EQ(numbers(), events()) << torn;
  }
}

TEST_F(JournalTest, DamageNearTheEndIsWrittenAnew) {
  for (int i = 0; i < 5; ++i) add({.id = std::to_string(i)});
  auto bytes = text(newest());
  std::fill_n(bytes.begin() + static_cast<ssize_t>(bytes.size() / 2), 700, '\0');
  os::write_file(newest(), bytes);

  store = open_store(store.layout.root, db::Access::write);
  add({.id = "next"});

  EXPECT_EQ(numbers(), events());
}

TEST_F(JournalTest, ABadLineIsNamedAndWhatIsMissingKnown) {
  for (int i = 0; i < 4; ++i) add({.id = std::to_string(i), .title = "title-" + std::to_string(i)});
  auto bytes = text(newest());
  bytes[bytes.find("title-1")] = 'T';
  os::write_file(newest(), bytes);

  std::vector<JournalLine> lines;
  const auto result = read(lines);

  ASSERT_THAT(result.flaws, SizeIs(1));
  EXPECT_EQ(result.flaws[0].what, newest() + ":2: the line is damaged");
  EXPECT_THAT(result.missing, ElementsAre(SeqRange{2, 2}));
  EXPECT_THAT(lines, SizeIs(3));
}

TEST_F(JournalTest, WhatTheDiskRefusesIsToldOnceAndMadeUpForLater) {
  std::vector<std::string> told;
  on_warning([&](const std::string& line) { told.push_back(line); });
  std::filesystem::remove(store.layout.journal());
  os::write_file(store.layout.journal(), "in the way");

  add({.id = "a"});
  add({.id = "b"});

  EXPECT_THAT(told, ElementsAre(HasSubstr(store.layout.journal())));
  os::remove_file(store.layout.journal());
  store = open_store(store.layout.root, db::Access::write);
  add({.id = "c"});
  EXPECT_THAT(numbers(), ElementsAre(1, 2, 3));
}

TEST_F(JournalTest, AFileOfYesterdayIsFinished) {
  auto other = open_store(store.layout.root, db::Access::write);
  add({.id = "a"}, testing::kNow);
  std::swap(store.db, other.db);
  add({.id = "b"}, testing::kNow + 23h);
  add({.id = "c"}, testing::kNow + 25h);
  std::swap(store.db, other.db);
  add({.id = "d"}, testing::kNow + 26h);

  const auto files = journal_files(store.layout);
  ASSERT_THAT(files, SizeIs(2));
  EXPECT_EQ(files[0].first, 1);
  EXPECT_EQ(files[1].first, 3);
  struct stat status{};
  stat(files[0].path.c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0400u);
  EXPECT_THAT(numbers(), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(newest_journaled(store.layout), 4);
}

TEST_F(JournalTest, AnOldCopyOfTheStoreIsRefused) {
  add({.id = "a"});
  db().copy_to(directory / "copy");
  start("a", "run-1");
  store.db.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) os::remove_file(store.layout.database() + suffix);
  std::filesystem::rename(directory / "copy", store.layout.database());
  {
    db::Connection bare({.path = store.layout.database(),
                         .gate_path = store.layout.gate(),
                         .access = db::Access::create});  // a copy is in no WAL mode
  }

  store = open_store(store.layout.root, db::Access::write);
  try {
    add({.id = "b"});
    FAIL() << "its work would be done again";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::permanent);
    EXPECT_THAT(error.what(), HasSubstr("older than its journal (event 1, not 2)"));
    EXPECT_THAT(error.what(), HasSubstr("cb-backup restore"));
  }
  EXPECT_EQ(one_number("SELECT count(*) FROM tasks"), 1);
}

TEST_F(JournalTest, ReadingEndsAtATimeAndBeginsAboveANumber) {
  for (int i = 0; i < 5; ++i) add({.id = std::to_string(i)}, testing::kNow + i * 1h);

  std::vector<JournalLine> lines;
  const auto result = read(lines, {.above = 1, .until = testing::kNow + 3h});

  EXPECT_EQ(result.first, 2);
  EXPECT_EQ(result.last, 4);
  EXPECT_THAT(result.missing, IsEmpty());
}

TEST_F(JournalTest, FilesThatNoBackupNeedsAreRemoved) {
  for (int i = 0; i < 4; ++i) add({.id = std::to_string(i)}, testing::kNow + i * 25h);
  ASSERT_THAT(journal_files(store.layout), SizeIs(4));
  const auto long_ago = from_millis(0), later = Instant::max();

  EXPECT_EQ(prune_journal(store.layout, 2, long_ago), 0);
  EXPECT_THAT(removable_journal(store.layout, 2, later), SizeIs(2));
  EXPECT_EQ(prune_journal(store.layout, 2, later), 2);
  EXPECT_EQ(prune_journal(store.layout, 100, later), 1);
  EXPECT_THAT(numbers(), ElementsAre(4));
}

TEST_F(JournalTest, WhatIsCutOffLiesAside) {
  for (int i = 0; i < 6; ++i) add({.id = std::to_string(i)}, testing::kNow + i * 10h);
  ASSERT_THAT(journal_files(store.layout), SizeIs(2));
  const auto aside = directory / "quarantine/journal";

  for (int i = 0; i < 2; ++i) cut_journal(store.layout, 2, aside);

  EXPECT_THAT(numbers(), ElementsAre(1, 2));
  EXPECT_THAT(os::list_directory(aside), SizeIs(2));
  EXPECT_EQ(newest_journaled(store.layout), 2);
}

}  // namespace
}  // namespace cb::state
