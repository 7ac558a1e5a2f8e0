// The files of the journal: when one is finished, and what becomes of those that are.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "common/state/journal_fixture.h"

namespace cb::state {
namespace {

using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

constexpr uint64_t kSmall = 1000;  // two lines

class JournalFilesTest : public JournalTest {
 protected:
  // Tasks with these ids, each an event.
  void add_some(int from, int to, Instant now = testing::kNow) {
    for (int i = from; i <= to; ++i) add({.id = std::to_string(i)}, now);
  }
  std::vector<JournalFile> files() const { return journal_files(store.layout); }
  static bool is_finished(const JournalFile& file) {
    struct stat status{};
    return stat(file.path.c_str(), &status) == 0 && (status.st_mode & 0777) == 0400;
  }
};

TEST_F(JournalFilesTest, ALargeOneIsFinishedAndAnotherBegun) {
  rotate_at(kSmall);

  add_some(1, 12);

  const auto all = files();
  ASSERT_THAT(all, SizeIs(Ge(4)));
  for (size_t i = 0; i + 1 < all.size(); ++i) {
    EXPECT_TRUE(is_finished(all[i])) << all[i].path;
    EXPECT_THAT(text(all[i].path), SizeIs(Ge(kSmall)));
  }
  EXPECT_FALSE(is_finished(all.back()));
  EXPECT_EQ(numbers(), events());
}

TEST_F(JournalFilesTest, AWriterThatHasTheOldOneOpenGoesOnInTheNewOne) {
  auto other = open_store(store.layout.root, db::Access::write);
  other.db->accompany(
      std::make_unique<JournalWriter>(store.layout, JournalLimits{.bytes = kSmall}));
  rotate_at(kSmall);

  for (int i = 0; i < 12; ++i) {
    add({.id = std::to_string(i)});
    std::swap(store.db, other.db);
  }

  EXPECT_THAT(files(), SizeIs(Ge(4)));
  EXPECT_EQ(numbers(), events());
}

// The old one is finished, and the new one not there yet, or there and empty.
TEST_F(JournalFilesTest, AWriterKilledWhileItBeganOneHarmsNothing) {
  add_some(1, 3);
  for (const bool is_begun : {false, true}) {
    std::filesystem::permissions(newest(), std::filesystem::perms(0400));
    const auto next = std::to_string(events().back() + 1);
    const auto path =
        store.layout.journal() + "/" + std::string(16 - next.size(), '0') + next + ".jsonl";
    if (is_begun) os::write_file(path, "");
    store = open_store(store.layout.root, db::Access::write);

    add({.id = "after-" + next});

    EXPECT_EQ(newest(), path);
    EXPECT_EQ(numbers(), events()) << is_begun;
  }
  EXPECT_THAT(files(), SizeIs(3));
}

TEST_F(JournalFilesTest, AClockSetBackChangesNoOrder) {
  rotate_at(kSmall);
  add_some(1, 3, testing::kNow);
  add_some(4, 8, testing::kNow - 48h);
  store = open_store(store.layout.root, db::Access::write);
  rotate_at(kSmall);
  add_some(9, 12, testing::kNow + 1h);

  EXPECT_THAT(files(), SizeIs(Ge(4)));
  EXPECT_EQ(numbers(), events());
  EXPECT_EQ(newest_journaled(store.layout), events().back());
}

TEST_F(JournalFilesTest, ADamagedLineInAFinishedOneIsNamedAndTheRestIsRead) {
  rotate_at(kSmall);
  add_some(1, 12);
  const auto damaged = files()[1];
  auto bytes = text(damaged.path);
  bytes[bytes.find('\n') + 200] ^= 1;  // in its second line
  std::filesystem::remove(damaged.path);
  os::write_file(damaged.path, bytes);

  store = open_store(store.layout.root, db::Access::write);
  add({.id = "next"});

  std::vector<JournalLine> lines;
  const auto result = read(lines);
  const auto lost = damaged.first + 1;
  ASSERT_THAT(result.flaws, SizeIs(1));
  EXPECT_EQ(result.flaws[0].what, damaged.path + ":2: the line is damaged");
  EXPECT_THAT(result.missing, ElementsAre(SeqRange{lost, lost}));
  EXPECT_EQ(result.last, events().back());
}

TEST_F(JournalFilesTest, AMissingOneIsAKnownGap) {
  rotate_at(kSmall);
  add_some(1, 12);
  const auto all = files();
  os::remove_file(all[1].path);

  std::vector<JournalLine> lines;
  const auto result = read(lines);

  EXPECT_THAT(result.flaws, IsEmpty());
  EXPECT_THAT(result.missing, ElementsAre(SeqRange{all[1].first, all[2].first - 1}));
  EXPECT_EQ(result.last, 12);
}

// Who writes next has nothing but the store to go by.
TEST_F(JournalFilesTest, AMissingNewestOneIsWrittenAnew) {
  rotate_at(kSmall);
  add_some(1, 12);
  os::remove_file(newest());

  store = open_store(store.layout.root, db::Access::write);
  add({.id = "next"});

  EXPECT_EQ(numbers(), events());
}

}  // namespace
}  // namespace cb::state
