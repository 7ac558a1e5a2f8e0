#include "tee.h"

#include <gtest/gtest.h>

#include <csignal>

#include "os/file.h"
#include "os/pipe.h"
#include "support/temporary_directory.h"

namespace cb::exec {
namespace {

class TeeTest : public ::testing::Test {
 protected:
  void say(const std::string& text) { os::write_all(tee.writer(), text, "tee"); }
  // What came through so far.
  std::string heard() {
    std::string text;
    os::read_available(through.reader.get(), text, size_t{1} << 20);
    return text;
  }
  std::string logged() { return os::read_file(directory / "log").value_or(""); }

  testing::TemporaryDirectory directory;
  os::Pipe through = [] {
    auto pipe = os::make_pipe();
    os::make_nonblocking(pipe.reader.get());
    return pipe;
  }();
  os::Fd log = os::open_to_append(directory / "log");
  Tee tee{through.writer.get()};
};

TEST_F(TeeTest, PassesOnAndLogs) {
  say("one\n");
  tee.move(log.get());
  say("two\n");
  tee.close_writer();
  tee.move(log.get());

  EXPECT_EQ(heard(), "one\ntwo\n");
  EXPECT_EQ(logged(), "one\ntwo\n");
  EXPECT_FALSE(tee.has_output_left());
}

TEST_F(TeeTest, AReaderThatStandsStillHoldsUpNobody) {
  const std::string much(size_t{60} << 10, 'x');
  for (int i = 0; i < 4; ++i) {
    say(much);
    tee.move(log.get());
  }

  EXPECT_TRUE(tee.has_output_left());
  EXPECT_EQ(logged().size(), 4 * much.size());
}

TEST_F(TeeTest, WhenTheReaderIsGoneTheLogStillGetsAll) {
  signal(SIGPIPE, SIG_IGN);
  through.reader.reset();
  say("one\n");
  tee.move(log.get());
  say("two\n");
  tee.move(log.get());

  EXPECT_EQ(logged(), "one\ntwo\n");
  EXPECT_FALSE(tee.has_output_left());
}

}  // namespace
}  // namespace cb::exec
