#include <gmock/gmock.h>

#include <filesystem>

#include "backup_fixture.h"
#include "content.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/lock.h"
#include "state/journal.h"
#include "state/maintenance.h"
#include "state/sources.h"

namespace cb::backup {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class CreateTest : public BackupTest {
 protected:
  CreateTest() {
    for (int i = 0; i < 100; ++i) add({.id = "t" + std::to_string(i), .title = text(i)});
  }
  static std::string text(int i) { return std::to_string(i) + std::string(2100, 'x'); }
  // The store as a backup has it.
  std::string titles_in(const std::string& id) {
    const auto image = directory / "rebuilt.db";
    os::remove_file(image);
    const auto all = entries();
    rebuild(Shelf(shelf_path()), all, find(all, id)->manifest, image, [](uint64_t, uint64_t) {});
    db::Connection copy({.path = image, .access = db::Access::image});
    return titles(copy);
  }
  static std::string titles(db::Connection& db) {
    auto rows = db.query("SELECT group_concat(id || title) FROM (SELECT * FROM tasks ORDER BY n)");
    rows.next();
    return rows.text(0);
  }
  void change(int i, const std::string& title) {
    auto row = task("t" + std::to_string(i));
    row.task.title = title;
    write([&] { state::update_content(db(), row); });
  }
  void damage(const std::string& path) {
    auto bytes = os::read_file(path).value();
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    os::write_file(path, bytes);
  }
};

TEST_F(CreateTest, TheFirstIsFullAndTheSecondHoldsWhatChanged) {
  const auto full = make();
  change(7, "another title");
  const auto second = make();

  const auto all = entries();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].manifest.kind, Kind::pages);
  EXPECT_THAT(all[0].manifest.parts, ElementsAre(full, second));
  EXPECT_LE(all[0].manifest.stored_pages, 3U);
  EXPECT_GT(all[0].manifest.pages, 60U);
  EXPECT_EQ(titles_in(second), titles(db()));
  EXPECT_NE(titles_in(full), titles(db()));
}

TEST_F(CreateTest, NothingNewIsSaidAndNothingIsWritten) {
  const auto id = make();

  const auto records = call(Command::create);

  EXPECT_EQ(code, 0);
  EXPECT_EQ(records[0]["action"], "kept");
  EXPECT_EQ(records[0]["id"], id);
  EXPECT_THAT(problems, HasSubstr("nothing new since " + id));
  EXPECT_EQ(entries().size(), 1U);
}

// The store's files as if nobody had written to them for an hour.
void settle(const state::Layout& layout) {
  const auto then = std::filesystem::file_time_type::clock::now() - 1h;
  for (const auto& path : {layout.database(), layout.database() + "-wal"})
    std::filesystem::last_write_time(path, then);
}

std::string note_of(const std::string& shelf) {
  return os::read_file(shelf + "/.unchanged").value_or("");
}

TEST_F(CreateTest, FilesThatNobodyWroteToSinceAreNotReadAgain) {
  settle(store.layout);
  const auto id = make();
  EXPECT_THAT(note_of(shelf_path()), HasSubstr(id));
  damage(file(id, "pages.idx"));  // would be noticed if anything were compared with it

  const auto records = call(Command::create);

  EXPECT_EQ(records[0]["action"], "kept");
  EXPECT_EQ(records[0]["id"], id);
  EXPECT_THAT(problems, ::testing::Not(HasSubstr("making a full backup")));
}

TEST_F(CreateTest, AChangeWithoutAnEventIsNew) {
  settle(store.layout);
  const auto full = make();
  write([&] { state::set_meta(db(), "some", "value"); });
  settle(store.layout);

  const auto second = make();

  EXPECT_NE(second, full);
  EXPECT_EQ(entries()[0].manifest.facts.newest_event, entries()[1].manifest.facts.newest_event);
}

TEST_F(CreateTest, FilesWrittenToALittleWhileAgoAreComparedPageByPage) {
  const auto id = make();
  EXPECT_EQ(note_of(shelf_path()), "");

  EXPECT_EQ(call(Command::create)[0]["action"], "kept");
  EXPECT_EQ(note_of(shelf_path()), "");

  settle(store.layout);
  EXPECT_EQ(call(Command::create)[0]["action"], "kept");
  EXPECT_THAT(note_of(shelf_path()), HasSubstr(id));
}

TEST_F(CreateTest, WhileSomebodyWritesNothingIsNotedOfTheFiles) {
  settle(store.layout);
  os::FileLock gate(store.layout.gate());
  ASSERT_TRUE(gate.lock(1s));

  make();

  EXPECT_EQ(note_of(shelf_path()), "");
}

TEST_F(CreateTest, MoreThanOneFrameIsReadAsOneContent) {
  const auto path = directory / "large.zst";
  std::string page(4096, '\0');
  constexpr int kPages = 5000;  // of which 2048 are a frame
  CompressedWriter writer(path);
  for (int i = 0; i < kPages; ++i) writer.add(page.replace(0, 8, std::to_string(10'000'000 + i)));
  const auto written = writer.finish();

  CompressedReader reader(path);
  for (int i = 0; i < kPages; ++i) {
    reader.read(page.size(), page);
    ASSERT_EQ(page.substr(0, 8), std::to_string(10'000'000 + i));
    ASSERT_EQ(page.size(), 4096U);
  }
  const auto read = reader.finish();

  EXPECT_EQ(read.bytes, written.bytes);
  EXPECT_EQ(read.sha256, written.sha256);
}

TEST_F(CreateTest, AnIncrementRefersToPagesOfOneBefore) {
  make();
  for (int i = 0; i < 40; ++i) change(i, text(i + 1000));
  const auto large = make();
  change(90, "another");
  const auto small = make();

  const auto manifest = entries()[0].manifest;
  EXPECT_LE(manifest.stored_pages, 3U);
  EXPECT_THAT(manifest.parts, ::testing::Contains(large));
  EXPECT_EQ(titles_in(small), titles(db()));
}

TEST_F(CreateTest, EveryBackupOfALongChainIsItsOwnMoment) {
  config.backup.full_every = 1000h;
  std::vector<std::pair<std::string, std::string>> made;
  for (int i = 0; i < 60; ++i) {
    change(5 * i % 100, "title " + std::to_string(i));
    if (i % 7 == 0) add({.id = "new" + std::to_string(i), .title = text(i)});
    made.emplace_back(make(), titles(db()));
  }

  size_t longest = 0;
  for (const auto& entry : entries()) longest = std::max(longest, entry.manifest.parts.size());
  EXPECT_LE(longest, 26U);
  for (const auto& [id, titles] : made)
    if (find(entries(), id) != nullptr) {
      EXPECT_EQ(titles_in(id), titles) << id;
    }
  options.all = true;
  call(Command::verify);
  EXPECT_EQ(code, 0) << problems;
}

TEST_F(CreateTest, AFullOneIsMadeWhenTheLastIsOldOrAsked) {
  make();
  change(1, "a");
  now += std::chrono::weeks(1);
  make();
  EXPECT_EQ(entries()[0].manifest.kind, Kind::full);

  change(1, "b");
  options.full = true;
  make();
  EXPECT_EQ(entries()[0].manifest.kind, Kind::full);
}

TEST_F(CreateTest, AFullOneIsMadeWhenMostIsNew) {
  make();
  for (int i = 0; i < 100; ++i) change(i, text(i + 1000));
  make();

  EXPECT_EQ(entries()[0].manifest.kind, Kind::full);
}

TEST_F(CreateTest, ADamagedStoreIsNoBackupAndNothingIsRemoved) {
  make();
  write([&] { db().script("UPDATE counts SET tasks = tasks + 1"); });
  now += 1h;

  const auto records = call(Command::create);

  EXPECT_EQ(code, 70);
  EXPECT_THAT(thrown, HasSubstr("counts: 100 tasks of board are ready (ready), not 101"));
  EXPECT_THAT(records, IsEmpty());
  EXPECT_EQ(os::list_directory(shelf_path()).size(), 2U);  // the one, and the lock
}

TEST_F(CreateTest, AnOlderStoreInItsPlaceIsRefused) {
  make();
  write([&] { db().script("DELETE FROM events WHERE seq > 50"); });

  call(Command::create);

  EXPECT_EQ(code, 70);
  EXPECT_THAT(thrown, HasSubstr("an older store took its place"));
}

TEST_F(CreateTest, OnADamagedOneNothingIsBuilt) {
  const auto full = make();
  damage(file(full, "pages.idx"));
  change(1, "a");

  now += 1h;
  call(Command::create);

  EXPECT_EQ(code, 0);
  EXPECT_THAT(problems, HasSubstr("making a full backup"));
  EXPECT_EQ(entries()[0].manifest.kind, Kind::full);
  EXPECT_EQ(titles_in(entries()[0].id), titles(db()));
}

TEST_F(CreateTest, EveryDamagedFileIsFoundByVerify) {
  const auto full = make();
  change(1, "a");
  const auto second = make();
  options.all = true;
  for (const auto& path :
       {file(full, "state.db.zst"), file(full, "pages.idx"), file(full, "manifest.json"),
        file(second, "pages.zst"), file(second, "pages.idx"), file(second, "manifest.json")}) {
    SCOPED_TRACE(path);
    const auto bytes = os::read_file(path).value();
    damage(path);

    const auto records = call(Command::verify);

    EXPECT_EQ(code, 1);
    EXPECT_TRUE(records[0]["problem"].is_string());
    EXPECT_EQ(records[1]["problem"].is_string(), path.find(full) != path.npos);
    os::write_file(path, bytes);
  }
  call(Command::verify);
  EXPECT_EQ(code, 0) << problems;
}

TEST_F(CreateTest, ADryRunLeavesNothing) {
  options.dry_run = true;
  EXPECT_EQ(call(Command::create)[0]["action"], "would create");
  EXPECT_THAT(os::list_directory(shelf_path()), IsEmpty());

  options.dry_run = false;
  make();
  change(1, "a");
  options.dry_run = true;
  const auto records = call(Command::create);
  EXPECT_EQ(records[0]["kind"], "pages");
  EXPECT_EQ(entries().size(), 1U);
}

TEST_F(CreateTest, WhatADeadOneLeftIsRemoved) {
  os::make_directories(shelf_path() + "/.tmp-20261122T230500Z-4f9c2e");
  os::write_file(shelf_path() + "/.tmp-20261122T230500Z-4f9c2e/state.db", "half");

  make();

  EXPECT_FALSE(os::exists(shelf_path() + "/.tmp-20261122T230500Z-4f9c2e"));
}

TEST_F(CreateTest, TooLittleRoomIsSaidBeforeAnythingIsWritten) {
  config.backup.headroom = uint64_t{1} << 60;

  call(Command::create);

  EXPECT_EQ(code, 75);
  EXPECT_THAT(thrown, HasSubstr("backup.headroom"));
  EXPECT_THAT(entries(), IsEmpty());
}

TEST_F(CreateTest, ACommandGetsEachBackupUntilItSucceeds) {
  options.to_command = {"sh", "-c", "exit 3"};
  call(Command::create);
  EXPECT_EQ(code, 1);
  EXPECT_THAT(problems, HasSubstr("exit 3"));
  const auto first = entries()[0].id;
  change(1, "a");

  options.to_command = {"sh", "-c", "echo $0 >>" + (directory / "taken"), "{id}"};
  const auto second = make();
  call(Command::create);

  EXPECT_EQ(os::read_file(directory / "taken"), first + "\n" + second + "\n");
}

TEST_F(CreateTest, ACommandThatHangsIsEnded) {
  options.to_command = {"sleep", "100"};
  options.timeout = 50ms;

  call(Command::create);

  EXPECT_EQ(code, 1);
  EXPECT_THAT(problems, HasSubstr("took longer than 50ms"));
  EXPECT_EQ(entries().size(), 1U);
}

TEST_F(CreateTest, OldOnesAreRemovedAfterwards) {
  config.backup.keep = {.hourly = 2, .daily = 0, .weekly = 0, .monthly = 0};
  options.full = true;
  make();
  change(1, "a");
  const auto second = make();
  change(1, "b");
  const auto third = make();

  const auto all = entries();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, third);
  EXPECT_EQ(all[1].id, second);
}

// --- the journal; each test has a day's file for each backup

class JournalKeeping : public CreateTest {
 protected:
  JournalKeeping() {
    config.backup.keep = {.hourly = 2, .daily = 0, .weekly = 0, .monthly = 0};
    options.full = true;
    config.backup.journal = std::chrono::weeks(5000);
  }
  // The files' times are of the real clock.
  void let_grow_old() {
    config.backup.journal = std::chrono::weeks(1);
    now = os::system_now() + config.backup.journal + 1h;
  }
  void make_days(int days) {
    for (int day = 0; day < days; ++day) {
      add({.id = "day" + std::to_string(day)}, now);
      make();
      now += 25h;
    }
  }
  size_t files() const { return state::journal_files(store.layout).size(); }
};

TEST_F(JournalKeeping, WhatTheOldestKeptBackupHasIsRemovedOnceItIsOld) {
  make_days(3);
  ASSERT_EQ(files(), 3U);

  let_grow_old();
  options.dry_run = true;
  const auto plan = call(Command::prune);
  EXPECT_EQ(files(), 3U);
  options.dry_run = false;
  const auto records = call(Command::prune);

  const Json wanted = {
      {"id", nullptr}, {"action", "removed journal"}, {"files", 2}, {"up_to_event", 102}};
  ASSERT_EQ(records.size(), 1U) << problems;
  EXPECT_EQ(records[0], wanted);
  EXPECT_EQ(plan[0]["files"], 2);
  EXPECT_EQ(files(), 1U);
  EXPECT_THAT(problems, HasSubstr("removed journal: 2 files of events that no backup needs"));
}

TEST_F(JournalKeeping, AnotherDirectoryLeavesItAlone) {
  make_days(3);
  let_grow_old();
  config.backup.dest = directory / "configured";
  options.dest = shelf_path();

  EXPECT_THAT(call(Command::prune), IsEmpty());

  EXPECT_EQ(files(), 3U);
}

TEST_F(JournalKeeping, ADamagedBackupCoversNothing) {
  make_days(3);
  let_grow_old();
  for (const auto& entry : entries()) os::remove_file(file(entry.id, kManifest));

  EXPECT_THAT(call(Command::prune), IsEmpty());

  EXPECT_EQ(files(), 3U);
}

TEST_F(JournalKeeping, OfAnotherHistoryTheNumbersTellNothing) {
  make_days(3);
  let_grow_old();
  write([&] { state::set_generation(db(), 2); });

  EXPECT_THAT(call(Command::prune), IsEmpty());

  EXPECT_EQ(files(), 3U);
}

TEST_F(JournalKeeping, WhatAKilledWriterLeftOutIsWrittenBeforeTheBackup) {
  store.db = std::make_unique<db::Connection>(db::Settings{.path = store.layout.database(),
                                                           .gate_path = store.layout.gate(),
                                                           .access = db::Access::write});
  add({.id = "unjournaled"});
  ASSERT_EQ(state::newest_journaled(store.layout), 100);

  make();

  EXPECT_EQ(state::newest_journaled(store.layout), 101);
}

TEST_F(JournalKeeping, AJournalThatCannotBeSyncedIsToldAndTheBackupIsMade) {
  const auto journal = store.layout.journal();
  std::filesystem::rename(journal, journal + ".real");
  std::filesystem::create_directory(journal);
  std::filesystem::create_symlink("nowhere/file", journal + "/0000000000000001.jsonl");

  const auto records = call(Command::create);

  EXPECT_EQ(code, 1);
  EXPECT_THAT(problems, HasSubstr("what comes after this backup may not survive a power cut"));
  EXPECT_EQ(records[0]["action"], "created");
}

}  // namespace
}  // namespace cb::backup
