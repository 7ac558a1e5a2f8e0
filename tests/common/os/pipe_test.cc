#include "os/pipe.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "os/clock.h"

namespace cb::os {
namespace {

using namespace std::chrono_literals;

struct PipeTest : ::testing::Test {
  PipeTest() {
    signal(SIGPIPE, SIG_IGN);
    make_nonblocking(pipe_.reader.get());
    make_nonblocking(pipe_.writer.get());
  }
  Pipe pipe_ = make_pipe();
  std::string read_;
};

TEST_F(PipeTest, BothEndsCloseOnExec) {
  EXPECT_EQ(fcntl(pipe_.reader.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(pipe_.writer.get(), F_GETFD), FD_CLOEXEC);
}

TEST_F(PipeTest, AppendsWhatIsThereUpToTheLimit) {
  std::string bytes = "abcdef";
  EXPECT_EQ(write_available(pipe_.writer.get(), bytes), Flow::moved);
  EXPECT_EQ(bytes, "");

  EXPECT_EQ(read_available(pipe_.reader.get(), read_, 4), Flow::moved);
  EXPECT_EQ(read_, "abcd");
  EXPECT_EQ(read_available(pipe_.reader.get(), read_, 4), Flow::moved);
  EXPECT_EQ(read_, "abcdef");
}

TEST_F(PipeTest, AnEmptyOneWaitsAndAnEndedOneIsClosed) {
  EXPECT_EQ(read_available(pipe_.reader.get(), read_, 4), Flow::waits);
  pipe_.writer.reset();
  EXPECT_EQ(read_available(pipe_.reader.get(), read_, 4), Flow::closed);
  EXPECT_EQ(read_, "");
}

TEST_F(PipeTest, AFullOneTakesAPartAndThenWaits) {
  std::string bytes(1'000'000, 'x');
  EXPECT_EQ(write_available(pipe_.writer.get(), bytes), Flow::moved);
  EXPECT_LT(bytes.size(), 1'000'000U);
  EXPECT_GT(bytes.size(), 0U);
  EXPECT_EQ(write_available(pipe_.writer.get(), bytes), Flow::waits);
}

TEST_F(PipeTest, WithoutAReaderIsClosedForWriting) {
  pipe_.reader.reset();
  std::string bytes = "x";
  EXPECT_EQ(write_available(pipe_.writer.get(), bytes), Flow::closed);
}

TEST_F(PipeTest, TheWaitEndsWithTheFirstByteOrTheTimeout) {
  pollfd descriptor{.fd = pipe_.reader.get(), .events = POLLIN, .revents = 0};
  wait_for({&descriptor, 1}, 1ms);
  EXPECT_EQ(descriptor.revents, 0);

  std::string bytes = "x";
  write_available(pipe_.writer.get(), bytes);
  wait_for({&descriptor, 1}, std::nullopt);
  EXPECT_EQ(descriptor.revents, POLLIN);
}

TEST_F(PipeTest, AWaitForNothingLastsAsLongAsItsTimeout) {
  const Duration begin = boot_time();
  wait_for({}, 20ms);
  EXPECT_GE(boot_time() - begin, 19ms);
}

}  // namespace
}  // namespace cb::os
