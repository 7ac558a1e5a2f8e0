#include "os/scan.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>

#include "os/file.h"
#include "support/forked.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Found = std::map<std::string, FileStatus>;

const Interest kEverything{.file = {}, .directory = [](std::string_view) { return true; }};

struct Scan : ::testing::Test {
  Found look(const Interest& interest = kEverything) {
    Found found;
    unreadable_.clear();
    for (const auto& [name, error] : scan(dir_.path(), interest, [&](const Entry& entry) {
           EXPECT_TRUE(found.emplace(entry.name, entry.status).second) << entry.name;
         })) {
      unreadable_.emplace_back(name, error);
    }
    return found;
  }
  std::vector<std::string> names(const Interest& interest = kEverything) {
    std::vector<std::string> list;
    for (const auto& [name, status] : look(interest)) list.push_back(name);
    return list;
  }
  cb::testing::TemporaryDirectory dir_;
  std::vector<std::pair<std::string, int>> unreadable_;
};

TEST_F(Scan, TellsWhatTheKernelSays) {
  write_file(dir_ / "a", "12345");
  struct stat info{};
  ASSERT_EQ(stat((dir_ / "a").c_str(), &info), 0);

  const Found found = look();

  ASSERT_EQ(found.size(), 1U);
  const FileStatus status = found.at("a");
  EXPECT_EQ(status.device, info.st_dev);
  EXPECT_EQ(status.inode, info.st_ino);
  EXPECT_EQ(status.size, 5);
  EXPECT_EQ(status.mtime, info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec);
  EXPECT_EQ(status.ctime, info.st_ctim.tv_sec * 1'000'000'000 + info.st_ctim.tv_nsec);
  EXPECT_EQ(file_status(dir_ / "a"), status);
  EXPECT_EQ(file_status(dir_.path(), "a"), status);
  EXPECT_THAT(unreadable_, IsEmpty());
}

TEST_F(Scan, GoesOnlyWhereItIsWanted) {
  make_directories(dir_ / "in/deep");
  make_directories(dir_ / "out");
  for (const char* name : {"top", "in/a", "in/deep/b", "out/c"}) write_file(dir_ / name, "");

  EXPECT_THAT(names({}), ElementsAre("top"));
  EXPECT_THAT(names({.file = {}, .directory = [](std::string_view name) { return name != "out"; }}),
              ElementsAre("in/a", "in/deep/b", "top"));
  EXPECT_THAT(names({.file = [](std::string_view name) { return name.ends_with("b"); },
                     .directory = kEverything.directory}),
              ElementsAre("in/deep/b"));
}

TEST_F(Scan, PassesOverWhatIsNoRegularFile) {
  write_file(dir_ / "file", "");
  make_directory(dir_ / "elsewhere");
  write_file(dir_ / "elsewhere/behind", "");
  std::filesystem::create_symlink(dir_ / "file", dir_ / "link");
  std::filesystem::create_symlink(dir_ / "elsewhere", dir_ / "link-to-directory");
  std::filesystem::create_symlink("..", dir_ / "elsewhere/loop");
  ASSERT_EQ(mkfifo((dir_ / "fifo").c_str(), 0600), 0);
  const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::strncpy(address.sun_path, (dir_ / "socket").c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(bind(server, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  close(server);

  EXPECT_THAT(names(), ElementsAre("elsewhere/behind", "file"));
  EXPECT_THAT(unreadable_, IsEmpty());
  for (const char* name : {"link", "fifo", "socket", "elsewhere", "missing", "file/below"}) {
    EXPECT_EQ(file_status(dir_ / name), std::nullopt) << name;
  }
  EXPECT_NE(file_status(dir_ / "link-to-directory/behind"), std::nullopt);
  EXPECT_EQ(file_status(dir_.path(), "link-to-directory/behind"), std::nullopt);
  EXPECT_NE(file_status(dir_.path(), "elsewhere/behind"), std::nullopt);
}

TEST_F(Scan, TheDirectoryItselfMayBeALink) {
  make_directory(dir_ / "real");
  write_file(dir_ / "real/a", "");
  std::filesystem::create_symlink("real", dir_ / "link");
  int found = 0;

  EXPECT_TRUE(scan(dir_ / "link", kEverything, [&](const Entry&) { ++found; }).empty());

  EXPECT_EQ(found, 1);
}

TEST_F(Scan, KeepsHostileNamesAsTheyAre) {
  const std::vector<std::string> hostile{"-rf",
                                         "a\nb",
                                         "\x1b[31m",
                                         "\xff\xfe",
                                         " ",
                                         "'\"`$()",
                                         std::string(255, 'x'),
                                         "...",
                                         "..hidden",
                                         "\\",
                                         "\xe2\x80\xae"
                                         "exe",
                                         "*"};
  for (const auto& name : hostile) write_file(dir_ / name, "");

  EXPECT_THAT(names(), ::testing::UnorderedElementsAreArray(hostile));
}

TEST_F(Scan, TellsEachOfManyOnce) {
  for (int i = 0; i < 3000; ++i) write_file(dir_ / std::string(60, 'n') + std::to_string(i), "");

  EXPECT_EQ(look().size(), 3000U);
}

// Deeper than any path may be, and with hardly a descriptor left.
TEST_F(Scan, IsNotStoppedByDepth) {
  constexpr int kDepth = 600;
  const std::string component(20, 'd');
  cb::testing::Forked child([&](const auto&) {
    int here = open(dir_.path().c_str(), O_RDONLY | O_DIRECTORY);
    std::string name;
    for (int i = 0; i < kDepth; ++i) {
      if (mkdirat(here, component.c_str(), 0700) != 0) return 1;
      const int next = openat(here, component.c_str(), O_RDONLY | O_DIRECTORY);
      close(here);
      here = next;
      name += component + '/';
    }
    const int file = openat(here, "file", O_CREAT | O_WRONLY, 0600);
    if (file < 0) return 2;
    for (int fd = 3; fd < 1024; ++fd) close(fd);
    rlimit limit{.rlim_cur = 6, .rlim_max = 6};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return 3;

    std::vector<std::string> found;
    const auto bad =
        scan(dir_.path(), kEverything, [&](const Entry& e) { found.emplace_back(e.name); });

    if (!bad.empty()) return 4;
    return found == std::vector{name + "file"} ? 0 : 5;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Scan, ReturnsToTheRightPlaceInAWideTree) {
  std::vector<std::string> all;
  for (const std::string a : {"1", "2", "12"}) {
    for (const std::string b : {"1", "12", "3"}) {
      make_directories(dir_ / a + "/" + b);
      for (const std::string& name : {a + "/" + b + "/" + a + b, a + "/" + b + "x"}) {
        write_file(dir_ / name, name);
        all.push_back(name);
      }
    }
  }

  const Found found = look();

  EXPECT_EQ(found.size(), all.size());
  for (const auto& name : all) {
    ASSERT_TRUE(found.contains(name)) << name;
    EXPECT_EQ(found.at(name), file_status(dir_ / name)) << name;
  }
}

TEST_F(Scan, SaysWhichDirectoryIsMissing) {
  const auto bad = scan(dir_ / "missing", kEverything, [](const Entry&) { FAIL(); });

  ASSERT_EQ(bad.size(), 1U);
  EXPECT_EQ(bad[0].name, "");
  EXPECT_EQ(bad[0].error, ENOENT);

  write_file(dir_ / "file", "");
  EXPECT_EQ(scan(dir_ / "file", kEverything, [](const Entry&) { FAIL(); }).at(0).error, ENOTDIR);
}

// As somebody whom modes concern.
TEST_F(Scan, SaysWhatMayNotBeRead) {
  for (const char* name : {"closed", "listed", "open"}) {
    make_directory(dir_ / name);
    write_file(dir_ / name + "/a", "");
    write_file(dir_ / name + "/b", "");
  }
  ASSERT_EQ(chmod(dir_.path().c_str(), 0755), 0);
  ASSERT_EQ(chmod((dir_ / "open").c_str(), 0755), 0);
  ASSERT_EQ(chmod((dir_ / "closed").c_str(), 0), 0);
  ASSERT_EQ(chmod((dir_ / "listed").c_str(), 0444), 0);

  cb::testing::Forked child([&](const auto&) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 1;
    const Found found = look();
    EXPECT_EQ(found.size(), 2U);
    EXPECT_TRUE(found.contains("open/a"));
    EXPECT_THAT(unreadable_, UnorderedElementsAre(Pair("closed", EACCES), Pair("listed", EACCES)));
    return ::testing::Test::HasFailure() ? 2 : 0;
  });

  EXPECT_EQ(child.wait(), 0);
  chmod((dir_ / "closed").c_str(), 0700);
  chmod((dir_ / "listed").c_str(), 0700);
}

TEST_F(Scan, PassesOverWhatVanishesMeanwhile) {
  make_directory(dir_ / "sub");
  make_directory(dir_ / "swapped");
  make_directory(dir_ / "target");
  for (const char* name : {"a", "b", "c", "sub/d", "swapped/e"}) write_file(dir_ / name, "");
  int told = 0;

  // The first that is told takes away all others, and puts a link where a directory was.
  const auto bad = scan(dir_.path(), kEverything, [&](const Entry& entry) {
    if (told++ > 0) return;
    for (const char* name : {"a", "b", "c"}) {
      if (entry.name != name) remove_file(dir_ / name);
    }
    remove_all(dir_ / "sub");
    remove_all(dir_ / "swapped");
    write_file(dir_ / "target/f", "");
    std::filesystem::create_symlink("target", dir_ / "swapped");
  });

  EXPECT_TRUE(bad.empty());
  EXPECT_EQ(told, 2);  // it and what lies in "target"; nothing through the link
}

TEST_F(Scan, EndsWhenTheDirectoryItselfIsRemoved) {
  make_directory(dir_ / "root");
  for (int i = 0; i < 10; ++i) write_file(dir_ / "root/" + std::to_string(i), "");
  int told = 0;

  scan(dir_ / "root", kEverything, [&](const Entry&) {
    ++told;
    remove_all(dir_ / "root");
  });

  EXPECT_EQ(told, 1);
}

TEST_F(Scan, LeavesNoDescriptorOpen) {
  make_directories(dir_ / "a/b/c");
  write_file(dir_ / "a/b/c/file", "");
  const size_t before = list_directory("/proc/self/fd").size();

  look();
  file_status(dir_.path(), "a/b/c/file");

  EXPECT_EQ(list_directory("/proc/self/fd").size(), before);
}

TEST(FileStatus, OfAnExtremeTimeIsStillATime) {
  cb::testing::TemporaryDirectory dir;
  write_file(dir / "a", "");
  for (const time_t second : {time_t{-1}, time_t{4'000'000'000}, time_t{1} << 40}) {
    const timespec times[2] = {{.tv_sec = second, .tv_nsec = 0}, {.tv_sec = second, .tv_nsec = 1}};
    ASSERT_EQ(utimensat(AT_FDCWD, (dir / "a").c_str(), times, 0), 0);
    EXPECT_NE(file_status(dir / "a"), std::nullopt);
  }
}

TEST(FileStatus, IsOfTheSameContentWhenOnlyTheCtimeDiffers) {
  const FileStatus status{.device = 1, .inode = 2, .size = 3, .mtime = 4, .ctime = 5};
  FileStatus other = status;
  other.ctime = 6;
  EXPECT_TRUE(status.is_same_content(other));
  EXPECT_FALSE(status == other);
  for (auto FileStatus::* member : {&FileStatus::size, &FileStatus::mtime}) {
    other = status;
    other.*member += 1;
    EXPECT_FALSE(status.is_same_content(other));
  }
  for (auto FileStatus::* member : {&FileStatus::device, &FileStatus::inode}) {
    other = status;
    other.*member += 1;
    EXPECT_FALSE(status.is_same_content(other));
  }
}

TEST(Stamp, IsAnotherOneWheneverAnythingDiffers) {
  const FileStatus status{.device = 1, .inode = 2, .size = 3, .mtime = 4, .ctime = 5};
  std::vector<int64_t> stamps{stamp_of("a", status), stamp_of("b", status), stamp_of("", status),
                              stamp_of(std::string("a\0", 2), status),
                              stamp_of(std::string(4000, 'a'), status)};
  for (auto FileStatus::* member : {&FileStatus::size, &FileStatus::mtime, &FileStatus::ctime}) {
    FileStatus other = status;
    other.*member += 1;
    stamps.push_back(stamp_of("a", other));
  }
  for (auto FileStatus::* member : {&FileStatus::device, &FileStatus::inode}) {
    FileStatus other = status;
    other.*member += 1;
    stamps.push_back(stamp_of("a", other));
  }

  std::sort(stamps.begin(), stamps.end());
  EXPECT_EQ(std::adjacent_find(stamps.begin(), stamps.end()), stamps.end());
  // Stores remember it.
  EXPECT_EQ(stamp_of("a", status), stamp_of("a", FileStatus(status)));
}

}  // namespace
}  // namespace cb::os
