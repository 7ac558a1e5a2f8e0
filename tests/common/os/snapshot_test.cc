#include "os/snapshot.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "os/file.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

struct SnapshotTest : ::testing::Test {
  // Far in the future, like a file from a machine whose clock runs ahead.
  void set_time(int64_t seconds) {
    const timespec time{.tv_sec = seconds, .tv_nsec = 5};
    const timespec times[2] = {time, time};
    ASSERT_EQ(utimensat(AT_FDCWD, path_.c_str(), times, 0), 0);
  }
  cb::testing::TemporaryDirectory dir_;
  std::string path_ = dir_ / "file";
};

TEST_F(SnapshotTest, OfAMissingFileIsNone) {
  EXPECT_FALSE(read_snapshot(path_));
  EXPECT_FALSE(read_snapshot(path_ + "/below"));
  EXPECT_FALSE(real_path(path_));
}

TEST_F(SnapshotTest, IsReplacedAsAWholeAndLeavesNothingElse) {
  write_file(path_, "old");

  const auto version = replace_unchanged(path_, read_snapshot(path_).value(), "new");

  ASSERT_TRUE(version);
  EXPECT_EQ(read_snapshot(path_)->bytes, "new");
  EXPECT_EQ(read_snapshot(path_)->version, *version);
  EXPECT_EQ(list_directory(dir_.path()).size(), 1U);
}

TEST_F(SnapshotTest, VersionsRiseThoughTheClockDoesNot) {
  write_file(path_, "0");
  int64_t last = read_snapshot(path_)->version;
  for (int i = 1; i <= 50; ++i) {
    const auto version = replace_unchanged(path_, read_snapshot(path_).value(), std::to_string(i));
    ASSERT_GT(version.value(), last);
    last = *version;
  }

  set_time(9'000'000'000);
  const auto ahead = read_snapshot(path_).value();
  EXPECT_EQ(ahead.version, 9'000'000'000'000'000'005);
  EXPECT_EQ(replace_unchanged(path_, ahead, "x"), ahead.version + 1);
}

TEST_F(SnapshotTest, AnOldFilePutInPlaceIsNew) {
  write_file(path_, "today's");
  const auto today = read_snapshot(path_).value();
  set_time(1'000'000'000);

  EXPECT_GE(read_snapshot(path_)->version, today.version);
}

TEST_F(SnapshotTest, WhatOthersChangedIsLeftAsItIs) {
  write_file(path_, "old");
  const auto read = read_snapshot(path_).value();
  write_file(path_, "theirs");

  EXPECT_FALSE(replace_unchanged(path_, read, "ours"));

  EXPECT_EQ(read_file(path_), "theirs");
  EXPECT_EQ(list_directory(dir_.path()).size(), 1U);
}

TEST_F(SnapshotTest, WhatOthersRemovedStaysAway) {
  write_file(path_, "old");
  const auto read = read_snapshot(path_).value();
  remove_file(path_);

  EXPECT_FALSE(replace_unchanged(path_, read, "ours"));

  EXPECT_TRUE(list_directory(dir_.path()).empty());
}

TEST_F(SnapshotTest, ModeIsKept) {
  write_file(path_, "old");
  ASSERT_EQ(chmod(path_.c_str(), 0664), 0);

  replace_unchanged(path_, read_snapshot(path_).value(), "new");

  struct stat info{};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0664U);
}

TEST_F(SnapshotTest, WhatAKilledWriterLeftIsTakenAway) {
  write_file(path_, "old");
  write_file(dir_ / "victim", "mine");
  std::filesystem::create_symlink(dir_ / "victim", dir_ / ".file.new");

  EXPECT_TRUE(replace_unchanged(path_, read_snapshot(path_).value(), "new"));

  EXPECT_EQ(read_file(dir_ / "victim"), "mine");
  EXPECT_FALSE(exists(dir_ / ".file.new"));
}

TEST_F(SnapshotTest, ARealPathIsBehindAllLinks) {
  write_file(path_, "");
  std::filesystem::create_symlink("file", dir_ / "link");

  EXPECT_EQ(real_path(dir_ / "link"), std::filesystem::canonical(path_).string());
}

}  // namespace
}  // namespace cb::os
