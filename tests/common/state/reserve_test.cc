#include "state/reserve.h"

#include <gtest/gtest.h>

#include "os/file.h"
#include "os/space.h"
#include "support/temporary_directory.h"

namespace cb::state {
namespace {

TEST(Reserve, IsKeptWhereThereIsRoomAndNotGivenUpWithoutNeed) {
  const testing::TemporaryDirectory directory;
  const Layout layout{directory.path()};
  const auto free = os::free_space(directory.path());

  keep_reserve(layout, free);
  EXPECT_FALSE(os::exists(layout.reserve())) << "no room for the headroom besides";

  keep_reserve(layout, 0);
  EXPECT_EQ(os::file_size(layout.reserve()), kReserve);
  EXPECT_FALSE(give_up_reserve(layout)) << "there is room enough";
  EXPECT_TRUE(os::exists(layout.reserve()));
}

TEST(Reserve, HeadroomIsWhatMustBeFree) {
  const testing::TemporaryDirectory directory;
  const Layout layout{directory.path()};

  EXPECT_TRUE(has_headroom(layout, 0));
  EXPECT_TRUE(has_headroom(layout, os::free_space(directory.path()) / 2));
  EXPECT_FALSE(has_headroom(layout, os::free_space(directory.path()) * 2));
}

}  // namespace
}  // namespace cb::state
