#include "os/space.h"

#include <gtest/gtest.h>

#include "os/file.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using testing::TemporaryDirectory;

TEST(Space, AllocatedBytesAreThereAndAbsurdOnesRefused) {
  TemporaryDirectory directory;
  EXPECT_GT(free_space(directory.path()), 0u);

  allocate_file(directory / "room", 100'000);
  EXPECT_EQ(file_size(directory / "room"), 100'000u);

  EXPECT_THROW(allocate_file(directory / "all", free_space(directory.path()) * 2), Error);
  EXPECT_FALSE(exists(directory / "all"));
}

}  // namespace
}  // namespace cb::os
