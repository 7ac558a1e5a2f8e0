#include "flow/ends.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/temporary_directory.h"

namespace cb::flow {
namespace {

using Event = model::Ending::Event;

class EndsTest : public ::testing::Test {
 protected:
  std::optional<ProcessEnd> kept(const std::string& run, Kept wanted = Kept::any) const {
    return kept_end(layout, self, run, wanted);
  }
  uintmax_t size() const { return std::filesystem::file_size(layout.ends_of(self)); }

  const cb::testing::TemporaryDirectory directory;
  const state::Layout layout{directory.path()};
  const os::ProcessId self = os::this_process();
};

TEST_F(EndsTest, AnEndIsReadBack) {
  Ends ends(layout);
  ends.keep("r1", {.exit = 1}, os::Sync::none);
  ends.keep("r2", {.exit = 3, .signal = 0, .event = Event::timed_out, .message = "1m\n"},
            os::Sync::none);

  const auto end = kept("r2");

  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit, 3);
  EXPECT_EQ(end->event, Event::timed_out);
  EXPECT_EQ(end->message, "1m\n");
  EXPECT_EQ(kept("r1")->exit, 1);
  EXPECT_FALSE(kept("r3"));
  EXPECT_FALSE(kept("r2", Kept::synced));
}

TEST_F(EndsTest, AMessageMayBeAnyBytes) {
  Ends ends(layout);
  ends.keep("r1", {.message = "start \"\xff\": \\"}, os::Sync::none);

  EXPECT_EQ(kept("r1")->message, "start \"\uFFFD\": \\");
}

TEST_F(EndsTest, ASyncedEndReplacesTheOneBefore) {
  Ends ends(layout);
  ends.keep("r1", {.exit = 1}, os::Sync::none);
  ends.keep("r1", {.exit = 1}, os::Sync::file);

  EXPECT_TRUE(kept("r1", Kept::synced));
}

TEST_F(EndsTest, ATornLineTellsNothingAndHidesNothing) {
  Ends ends(layout);
  ends.keep("r1", {.exit = 1}, os::Sync::none);
  std::ofstream(layout.ends_of(self), std::ios::app) << "\n{\"run\":\"r2\",\"exit\":0";
  ends.keep("r3", {.exit = 3}, os::Sync::none);

  EXPECT_FALSE(kept("r2"));
  EXPECT_EQ(kept("r1")->exit, 1);
  EXPECT_EQ(kept("r3")->exit, 3);
}

TEST_F(EndsTest, WithoutAFileNothingIsKept) { EXPECT_FALSE(kept("r1")); }

TEST_F(EndsTest, TheFileStaysAsLongAsItIsNeeded) {
  {
    Ends ends(layout);
    ends.keep("r1", {}, os::Sync::none);
    ends.keep("r2", {}, os::Sync::none);
    ends.recorded("r1");
  }
  EXPECT_TRUE(kept("r2"));
  {
    Ends ends(layout);
    ends.keep("r2", {}, os::Sync::none);
    ends.recorded("r2");
  }
  EXPECT_FALSE(os::exists(layout.ends_of(self)));
}

TEST_F(EndsTest, TheFileIsEmptiedWhenAllIsRecorded) {
  Ends ends(layout);
  uintmax_t longest = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto run = "r" + std::to_string(i);
    ends.keep(run, {.message = std::string(100, 'x')}, os::Sync::none);
    longest = std::max(longest, size());
    ends.recorded(run);
  }
  EXPECT_LT(longest, 70'000U);
}

}  // namespace
}  // namespace cb::flow
