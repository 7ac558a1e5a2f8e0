#include "os/growing_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/error.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using testing::TemporaryDirectory;

void append(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::app) << text;
}

TEST(GrowingFile, ShowsWhatIsAppendedLater) {
  TemporaryDirectory directory;
  append(directory / "log", "abc");
  const auto file = GrowingFile::open(directory / "log").value();
  EXPECT_EQ(file.read(0, 100), "abc");
  EXPECT_EQ(file.read(3, 100), "");

  append(directory / "log", "def");

  EXPECT_EQ(file.size(), 6);
  EXPECT_EQ(file.read(3, 100), "def");
  EXPECT_EQ(file.read(1, 2), "bc");
  EXPECT_EQ(file.read(7, 2), "");
}

TEST(GrowingFile, AbsentOneIsNone) {
  TemporaryDirectory directory;

  EXPECT_FALSE(GrowingFile::open(directory / "log"));
}

TEST(GrowingFile, NamedPipeAndDirectoryAreRefusedAtOnce) {
  TemporaryDirectory directory;
  ASSERT_EQ(mkfifo((directory / "pipe").c_str(), 0600), 0);

  EXPECT_THROW(GrowingFile::open(directory / "pipe"), Error);
  EXPECT_THROW(GrowingFile::open(directory.path()), Error);
}

}  // namespace
}  // namespace cb::os
