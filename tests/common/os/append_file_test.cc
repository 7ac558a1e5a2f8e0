#include "os/append_file.h"

#include <gtest/gtest.h>

#include "os/file.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using testing::TemporaryDirectory;

TEST(AppendFile, GrowsByTurns) {
  TemporaryDirectory directory;
  auto one = AppendFile::create(directory / "file");
  one.append("a\n");
  auto other = AppendFile::open(directory / "file").value();
  other.append("b\n");
  one.append("c\n");

  EXPECT_EQ(one.read(0, 100), "a\nb\nc\n");
  EXPECT_EQ(other.read(2, 2), "b\n");
  EXPECT_EQ(one.status().size, 6u);
}

TEST(AppendFile, WhatIsCutOffIsWrittenOver) {
  TemporaryDirectory directory;
  auto file = AppendFile::create(directory / "file");
  file.append("good\ntorn");

  file.cut(5);
  file.append("next\n");

  EXPECT_EQ(read_file(directory / "file"), "good\nnext\n");
}

TEST(AppendFile, WhoHasItOpenSeesThatItIsFinishedOrGone) {
  TemporaryDirectory directory;
  auto file = AppendFile::create(directory / "file");
  const auto other = AppendFile::open(directory / "file").value();
  EXPECT_FALSE(other.status().is_finished);

  file.finish();
  EXPECT_TRUE(other.status().is_finished);
  EXPECT_TRUE(AppendFile::open(directory / "file")->status().is_finished);

  const auto left = AppendFile::create(directory / "left");
  remove_file(directory / "left");
  EXPECT_TRUE(left.status().is_finished);
  EXPECT_FALSE(AppendFile::open(directory / "left"));
}

}  // namespace
}  // namespace cb::os
