#include "os/copy.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/error.h"
#include "os/file.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

struct Copy : ::testing::Test {
  Copied copy(const std::string& source, const std::string& name) {
    return copy_into(dir_ / source, open_directory(to_).get(), name);
  }
  cb::testing::TemporaryDirectory dir_;
  std::string to_ = dir_ / "to";
};

TEST_F(Copy, IsWholePrivateAndAlone) {
  write_file(dir_ / "source", "bytes");

  EXPECT_EQ(copy("source", "copy"), Copied::yes);

  EXPECT_EQ(read_file(to_ + "/copy"), "bytes");
  EXPECT_EQ(list_directory(to_).size(), 1U);
  struct stat info{};
  ASSERT_EQ(stat((to_ + "/copy").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
}

TEST_F(Copy, NeverOverwrites) {
  write_file(dir_ / "source", "new");
  make_directory(to_);
  write_file(to_ + "/copy", "old");

  EXPECT_EQ(copy("source", "copy"), Copied::taken);

  EXPECT_EQ(read_file(to_ + "/copy"), "old");
}

TEST_F(Copy, OfTheSameBytesIsThereAlready) {
  write_file(dir_ / "source", "same");

  EXPECT_EQ(copy("source", "copy"), Copied::yes);
  EXPECT_EQ(copy("source", "copy"), Copied::yes);
}

TEST_F(Copy, ALinkOrADirectoryTakesTheName) {
  write_file(dir_ / "source", "same");
  make_directories(to_ + "/folder");
  std::filesystem::create_symlink(dir_ / "source", to_ + "/link");

  EXPECT_EQ(copy("source", "link"), Copied::taken);
  EXPECT_EQ(copy("source", "folder"), Copied::taken);
}

TEST_F(Copy, NeedsARegularSource) {
  ASSERT_EQ(mkfifo((dir_ / "fifo").c_str(), 0600), 0);

  EXPECT_EQ(copy("missing", "copy"), Copied::no_source);
  EXPECT_EQ(copy("fifo", "copy"), Copied::no_source);
  EXPECT_EQ(copy(".", "copy"), Copied::no_source);
}

TEST_F(Copy, ADirectoryBehindALinkIsRefused) {
  make_directory(dir_ / "elsewhere");
  std::filesystem::create_symlink(dir_ / "elsewhere", to_);

  EXPECT_THROW(open_directory(to_), Error);
}

TEST_F(Copy, AFileInPlaceOfTheDirectoryIsRefused) {
  write_file(to_, "");

  EXPECT_THROW(open_directory(to_), Error);
}

}  // namespace
}  // namespace cb::os
