#include "os/relocate.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "support/forked.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct stat info_of(const std::string& path) {
  struct stat info{};
  EXPECT_EQ(lstat(path.c_str(), &info), 0) << path;
  return info;
}

// Where it is put: on the same file system, or on another one.
struct Relocate : ::testing::TestWithParam<bool> {
  void SetUp() override {
    if (!GetParam()) return;
    std::string other = "/dev/shm/cb-test-XXXXXX";
    if (mkdtemp(other.data()) == nullptr) GTEST_SKIP() << "no /dev/shm to write to";
    other_ = other;
    if (info_of(other_).st_dev == info_of(dir_.path()).st_dev) {
      GTEST_SKIP() << "/dev/shm is no other file system";
    }
    to_ = other_ + "/to";
  }
  void TearDown() override {
    if (!other_.empty()) remove_all(other_);
  }

  FileStatus create(const std::string& bytes) {
    write_file(source_, bytes);
    return *file_status(source_);
  }
  std::string old_name_aside() const {
    char number[17];
    std::snprintf(number, sizeof number, "%016jx", static_cast<uintmax_t>(hash64("file.txt")));
    return dir_ / (std::string("in/.cb-leaving-") + number);
  }

  cb::testing::TemporaryDirectory dir_;
  std::string in_ = [&] {
    make_directory(dir_ / "in");
    return dir_ / "in";
  }();
  std::string source_ = dir_ / "in/file.txt";
  std::string to_ = dir_ / "to", other_;
};

INSTANTIATE_TEST_SUITE_P(, Relocate, ::testing::Bool(), [](const auto& test) {
  return test.param ? "OtherFileSystem" : "SameFileSystem";
});

// Only from one file system to another are there copies.
struct RelocateCopy : Relocate {};
INSTANTIATE_TEST_SUITE_P(, RelocateCopy, ::testing::Values(true),
                         [](const auto&) { return "OtherFileSystem"; });

TEST_P(Relocate, PlacesAndThenRemoves) {
  const FileStatus status = create("bytes");

  const Placed placed = place(source_, status, to_ + "/deep", "below/file.txt");

  ASSERT_EQ(placed.is, Placed::Is::placed);
  EXPECT_EQ(placed.path, to_ + "/deep/below/file.txt");
  EXPECT_EQ(read_file(placed.path), "bytes");
  EXPECT_EQ(read_file(source_), "bytes");
  EXPECT_EQ(info_of(placed.path).st_dev == info_of(source_).st_dev, !GetParam());

  EXPECT_EQ(remove_placed(source_, status), Removed::yes);

  EXPECT_EQ(read_file(placed.path), "bytes");
  EXPECT_THAT(list_directory(in_), IsEmpty());
  EXPECT_THAT(list_directory(to_ + "/deep/below"), ElementsAre("file.txt"));
}

TEST_P(Relocate, KeepsTimeAndMode) {
  create("bytes");
  ASSERT_EQ(chmod(source_.c_str(), 0640), 0);
  const timespec times[2] = {{.tv_sec = 1000, .tv_nsec = 1}, {.tv_sec = 2000, .tv_nsec = 2}};
  ASSERT_EQ(utimensat(AT_FDCWD, source_.c_str(), times, 0), 0);

  const Placed placed = place(source_, *file_status(source_), to_, "file.txt");

  ASSERT_EQ(placed.is, Placed::Is::placed);
  const auto info = info_of(placed.path);
  EXPECT_EQ(info.st_mode & 07777, 0640U);
  EXPECT_EQ(info.st_mtim.tv_sec, 2000);
  EXPECT_EQ(info.st_mtim.tv_nsec, 2);
}

TEST_P(Relocate, NeverOverwrites) {
  make_directories(to_ + "/file (2).txt");
  write_file(to_ + "/file.txt", "other");
  std::filesystem::create_symlink("/nowhere", to_ + "/file (3).txt");
  write_file(to_ + "/file (4).txt", "bytez");
  const FileStatus status = create("bytes");

  const Placed placed = place(source_, status, to_, "file.txt");

  EXPECT_EQ(placed.path, to_ + "/file (5).txt");
  EXPECT_EQ(read_file(to_ + "/file.txt"), "other");
  EXPECT_EQ(read_file(placed.path), "bytes");
  EXPECT_THAT(list_directory(to_), UnorderedElementsAre("file.txt", "file (2).txt", "file (3).txt",
                                                        "file (4).txt", "file (5).txt"));
}

TEST_P(Relocate, NumbersAreCutIntoLongNames) {
  const FileStatus status = create("bytes");
  make_directory(to_);
  const std::string name = std::string(251, 'n') + ".txt", umlauts = [] {
    std::string text;
    for (int i = 0; i < 127; ++i) text += "ü";
    return text;
  }();
  write_file(to_ + '/' + name, "other");
  write_file(to_ + '/' + umlauts, "other");

  EXPECT_EQ(place(source_, status, to_, name).path, to_ + '/' + std::string(247, 'n') + " (2).txt");
  const std::string path = place(source_, *file_status(source_), to_, umlauts).path;
  EXPECT_TRUE(path.ends_with("ü (2)")) << path;
  EXPECT_TRUE(is_valid_utf8(path));
}

TEST_P(Relocate, ASecondCallTakesWhatTheFirstLeft) {
  const FileStatus status = create("bytes");

  const Placed first = place(source_, status, to_, "file.txt");
  const Placed second = place(source_, status, to_, "file.txt");

  EXPECT_EQ(first.path, second.path);
  EXPECT_THAT(list_directory(to_), ElementsAre("file.txt"));
}

TEST_P(Relocate, WhatIsNotThereAnyMoreIsChanged) {
  const FileStatus status = create("bytes");
  FileStatus other = status;
  other.mtime += 1;
  EXPECT_EQ(place(source_, other, to_, "file.txt").is, Placed::Is::changed);

  write_file(in_ + "/new", "bytes");
  rename_path(in_ + "/new", source_);
  EXPECT_EQ(place(source_, status, to_, "file.txt").is, Placed::Is::changed);
  remove_file(source_);
  EXPECT_EQ(place(source_, status, to_, "file.txt").is, Placed::Is::changed);
  EXPECT_FALSE(exists(to_ + "/file.txt"));
}

TEST_P(Relocate, ABadNameIsRefused) {
  const FileStatus status = create("bytes");
  for (const char* name : {"", "../file", "a/../file", "/file", "a//file", ".", "a/"}) {
    EXPECT_THROW(place(source_, status, to_, name), Error) << name;
  }
  EXPECT_FALSE(exists(dir_ / "file"));
}

TEST_P(Relocate, ALinkOnTheWayIsRefused) {
  const FileStatus status = create("bytes");
  make_directory(to_);
  make_directory(dir_ / "elsewhere");
  std::filesystem::create_symlink(dir_ / "elsewhere", to_ + "/sub");

  EXPECT_THROW(place(source_, status, to_, "sub/file.txt"), Error);

  EXPECT_THAT(list_directory(dir_ / "elsewhere"), IsEmpty());
}

TEST_P(Relocate, ANewFileAtTheOldNameStays) {
  const FileStatus status = create("bytes");
  const Placed placed = place(source_, status, to_, "file.txt");
  write_file(in_ + "/new", "newer");
  rename_path(in_ + "/new", source_);

  EXPECT_EQ(remove_placed(source_, status), Removed::replaced);
  EXPECT_EQ(remove_placed(source_, placed.path), Removed::replaced);

  EXPECT_EQ(read_file(source_), "newer");
  EXPECT_THAT(list_directory(in_), ElementsAre("file.txt"));
}

TEST_P(Relocate, WhatIsGoneIsRemoved) {
  const FileStatus status = create("bytes");
  const Placed placed = place(source_, status, to_, "file.txt");
  remove_file(source_);

  EXPECT_EQ(remove_placed(source_, status), Removed::yes);
  EXPECT_EQ(remove_placed(source_, placed.path), Removed::yes);
  remove_all(in_);
  EXPECT_EQ(remove_placed(source_, status), Removed::yes);
}

TEST_P(Relocate, WhoForgotWhatItWasComparesWithThePlacedOne) {
  const FileStatus status = create("bytes");
  const Placed placed = place(source_, status, to_, "file.txt");
  write_file(dir_ / "different", "bytez");

  EXPECT_EQ(remove_placed(source_, dir_ / "missing"), Removed::replaced);
  EXPECT_EQ(remove_placed(source_, dir_ / "different"), Removed::replaced);
  EXPECT_TRUE(exists(source_));
  EXPECT_EQ(remove_placed(source_, placed.path), Removed::yes);
  EXPECT_FALSE(exists(source_));
}

// --- What a killed call leaves.

TEST_P(Relocate, AFileSetAsideIsRemovedByTheNextCall) {
  const FileStatus status = create("bytes");
  const Placed placed = place(source_, status, to_, "file.txt");
  for (const bool knows : {true, false}) {
    if (!knows) write_file(source_, "bytes");
    rename_path(source_, old_name_aside());

    EXPECT_EQ(knows ? remove_placed(source_, status) : remove_placed(source_, placed.path),
              Removed::yes);

    EXPECT_THAT(list_directory(in_), IsEmpty()) << knows;
  }
}

TEST_P(Relocate, ANewerFileSetAsideIsPutBackByTheNextCall) {
  const FileStatus status = create("bytes");
  place(source_, status, to_, "file.txt");
  remove_file(source_);
  write_file(old_name_aside(), "newer");

  EXPECT_EQ(remove_placed(source_, status), Removed::replaced);

  EXPECT_EQ(read_file(source_), "newer");
  EXPECT_THAT(list_directory(in_), ElementsAre("file.txt"));
}

TEST_P(Relocate, ANewerFileSetAsideNeverOverwritesAStillNewerOne) {
  const FileStatus status = create("bytes");
  place(source_, status, to_, "file.txt");
  write_file(old_name_aside(), "newer");
  remove_file(source_);
  write_file(source_, "newest");

  EXPECT_EQ(remove_placed(source_, status), Removed::replaced);

  EXPECT_EQ(read_file(source_), "newest");
  EXPECT_EQ(read_file(in_ + "/file (2).txt"), "newer");
  EXPECT_THAT(list_directory(in_), UnorderedElementsAre("file.txt", "file (2).txt"));
}

// Killed in between while it was put back by link and removal.
TEST_P(Relocate, AFileHalfPutBackIsOnlyThere) {
  const FileStatus status = create("bytes");
  place(source_, status, to_, "file.txt");
  remove_file(source_);
  write_file(source_, "newer");
  std::filesystem::create_hard_link(source_, old_name_aside());

  EXPECT_EQ(remove_placed(source_, status), Removed::replaced);

  EXPECT_EQ(read_file(source_), "newer");
  EXPECT_THAT(list_directory(in_), ElementsAre("file.txt"));
}

TEST_P(RelocateCopy, ACopyLeftHalfDoneIsTakenAwayByTheNextOne) {
  const FileStatus status = create("bytes");
  make_directory(to_);
  write_file(to_ + "/.cb-copying-1", "byt");

  EXPECT_EQ(place(source_, status, to_, "file.txt").path, to_ + "/file.txt");

  EXPECT_THAT(list_directory(to_), ElementsAre("file.txt"));
}

// Killed between link and removal of the hidden name: it is the finished file, too.
TEST_P(RelocateCopy, ALeftoverThatIsAFinishedFileIsNotWrittenTo) {
  const FileStatus status = create("bytes");
  make_directory(to_);
  write_file(to_ + "/finished", "precious");
  std::filesystem::create_hard_link(to_ + "/finished", to_ + "/.cb-copying-1");

  place(source_, status, to_, "file.txt");

  EXPECT_EQ(read_file(to_ + "/finished"), "precious");
  EXPECT_THAT(list_directory(to_), UnorderedElementsAre("file.txt", "finished"));
}

TEST_P(RelocateCopy, ACopyThatIsBeingMadeIsLeftAlone) {
  const FileStatus status = create("bytes");
  make_directory(to_);
  write_file(to_ + "/.cb-copying-1", "half");
  const Fd other = open_to_read(to_ + "/.cb-copying-1");
  ASSERT_EQ(flock(other.get(), LOCK_EX), 0);

  EXPECT_EQ(place(source_, status, to_, "file.txt").is, Placed::Is::placed);

  EXPECT_EQ(read_file(to_ + "/.cb-copying-1"), "half");
  EXPECT_THAT(list_directory(to_), UnorderedElementsAre("file.txt", ".cb-copying-1"));
}

// --- Races.

// The old name is replaced all the time: whatever is renamed over it must be there at the end.
TEST_P(Relocate, NothingThatIsRenamedOverTheOldNameIsEverLost) {
  constexpr int kRounds = 300;
  create("0");
  cb::testing::Forked writer([&](const auto& ready) {
    ready();
    for (int i = 1; i <= kRounds; ++i) {
      write_file(dir_ / "new", std::to_string(i));
      rename_path(dir_ / "new", source_);
    }
    return 0;
  });
  for (int i = 0; i < kRounds; ++i) {
    const auto status = file_status(source_);
    if (!status) continue;
    const Placed placed = place(source_, *status, to_, std::to_string(i));
    if (placed.is == Placed::Is::placed) remove_placed(source_, *status);
  }
  EXPECT_EQ(writer.wait(), 0);

  bool is_there = read_file(source_) == std::to_string(kRounds);
  for (const auto& name : list_directory(to_)) {
    EXPECT_FALSE(name.starts_with(".cb-")) << name;
    is_there |= read_file(to_ + '/' + name) == std::to_string(kRounds);
  }
  for (const auto& name : list_directory(in_)) EXPECT_TRUE(name.starts_with("file")) << name;
  EXPECT_TRUE(is_there);
}

// A newer file comes at every instruction of the removal, some of them between look and removal.
TEST_P(Relocate, AFileThatComesWhileTheOldOneIsRemovedIsNeverLost) {
  constexpr int kRounds = 200;
  void* shared = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto* begun = new (shared) std::atomic<int>[2]{};
  auto* done = begun + 1;
  cb::testing::Forked writer([&](const auto& ready) {
    ready();
    const std::string newer = dir_ / "newer";
    for (int round = 1; round <= kRounds; ++round) {
      while (*begun < round) {
      }
      for (std::atomic<int> i = 0; i < round % 100 * 50; ++i) {
      }
      rename_path(newer, source_);
      *done = round;
    }
    return 0;
  });

  int lost = 0;
  for (int round = 1; round <= kRounds; ++round) {
    const FileStatus status = create("bytes");
    write_file(dir_ / "newer", "newer");
    *begun = round;
    remove_placed(source_, status);
    while (*done < round && kill(writer.pid(), 0) == 0) {
    }
    if (read_file(source_) != "newer") ++lost;
    remove_all(source_);
  }

  EXPECT_EQ(lost, 0);
  EXPECT_EQ(writer.wait(), 0);
  EXPECT_THAT(list_directory(in_), IsEmpty());
  munmap(shared, 4096);
}

TEST_P(Relocate, TwoWhoPlaceUnderOneNameOverwriteNothing) {
  constexpr int kFiles = 40;
  for (const char* side : {"a", "b"}) make_directory(dir_ / side);
  const auto place_all = [&](const std::string& side) {
    for (int i = 0; i < kFiles; ++i) {
      const std::string path = dir_ / side + "/" + std::to_string(i);
      write_file(path, side + std::to_string(i));
      const FileStatus status = *file_status(path);
      if (place(path, status, to_, "f").is != Placed::Is::placed) return 1;
      if (remove_placed(path, status) != Removed::yes) return 2;
    }
    return 0;
  };
  cb::testing::Forked other([&](const auto& ready) {
    ready();
    return place_all("b");
  });
  EXPECT_EQ(place_all("a"), 0);
  EXPECT_EQ(other.wait(), 0);

  std::set<std::string> contents;
  for (const auto& name : list_directory(to_)) contents.insert(*read_file(to_ + '/' + name));
  EXPECT_EQ(contents.size(), 2U * kFiles);
}

TEST_P(Relocate, KilledAtAnyTimeLeavesAllBytes) {
  for (int round = 0; round < 40; ++round) {
    const std::string bytes(100'000, static_cast<char>('a' + round % 26));
    const FileStatus status = create(bytes);
    const std::string name = std::to_string(round);
    cb::testing::Forked child([&](const auto& ready) {
      ready();
      place(source_, status, to_, name);
      remove_placed(source_, status);
      return 0;
    });
    usleep(static_cast<useconds_t>(round * 60));
    child.kill_now();

    if (exists(to_ + '/' + name)) {
      EXPECT_EQ(read_file(to_ + '/' + name), bytes);
    } else {
      EXPECT_EQ(read_file(source_), bytes);
      ASSERT_EQ(place(source_, status, to_, name).is, Placed::Is::placed);
    }
    EXPECT_EQ(remove_placed(source_, status), Removed::yes);
    EXPECT_THAT(list_directory(in_), IsEmpty());
    EXPECT_EQ(read_file(to_ + '/' + name), bytes);
  }
}

TEST_P(Relocate, LeavesNoDescriptorOpen) {
  const FileStatus status = create("bytes");
  const size_t before = list_directory("/proc/self/fd").size();

  const Placed placed = place(source_, status, to_, "sub/file.txt");
  remove_placed(source_, placed.path);
  remove_placed(source_, status);

  EXPECT_EQ(list_directory("/proc/self/fd").size(), before);
}

struct RelocateHere : ::testing::Test {
  cb::testing::TemporaryDirectory dir_;
};

TEST_F(RelocateHere, AFileIsNeverMovedOntoItself) {
  write_file(dir_ / "file.txt", "bytes");
  std::filesystem::create_symlink(".", dir_ / "same");
  const FileStatus status = *file_status(dir_ / "file.txt");

  for (const std::string& to : {dir_.path(), dir_ / "same", dir_ / "."}) {
    try {
      place(dir_ / "file.txt", status, to, "file.txt");
      ADD_FAILURE() << to;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::configuration);
    }
  }

  EXPECT_THAT(list_directory(dir_.path()), UnorderedElementsAre("file.txt", "same"));
}

// Its own name is no other file's: it would be taken away as the old one.
TEST_F(RelocateHere, ItsOwnNameIsNotTakenForALeftover) {
  write_file(dir_ / "a (2)", "bytes");
  write_file(dir_ / "a", "other");
  const FileStatus status = *file_status(dir_ / "a (2)");

  const Placed placed = place(dir_ / "a (2)", status, dir_.path(), "a");
  EXPECT_EQ(placed.path, dir_ / "a (3)");
  EXPECT_EQ(remove_placed(dir_ / "a (2)", status), Removed::yes);

  EXPECT_EQ(read_file(placed.path), "bytes");
}

}  // namespace
}  // namespace cb::os
