#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "cli/main.h"
#include "cli/output.h"

namespace cb::cli {
namespace {

int run(const std::function<int()>& body) { return run_main("cb-test", body); }

TEST(RunMain, ReturnsTheCodeOfItsBody) {
  EXPECT_EQ(run([] { return 3; }), 3);
}

TEST(RunMain, AnErrorIsOneLineAndTheCodeOfItsFault) {
  testing::internal::CaptureStderr();

  const int code = run([]() -> int { throw Error(Fault::data, "read x: line 3"); });

  EXPECT_EQ(code, 65);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "cb-test: read x: line 3\n");
}

TEST(RunMain, AnErrorNeverReachesTheTerminalAsAControlSequence) {
  testing::internal::CaptureStderr();

  run([]() -> int { throw Error(Fault::data, "bad \033[31m\nname"); });

  EXPECT_EQ(testing::internal::GetCapturedStderr(), "cb-test: bad \uFFFD[31m\uFFFDname\n");
}

TEST(RunMain, AForeignExceptionIsAnInternalError) {
  testing::internal::CaptureStderr();

  const int code = run([]() -> int { throw std::runtime_error("bug"); });

  EXPECT_EQ(code, 70);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "cb-test: internal error: bug\n");
}

TEST(RunMain, WhatIsNoExceptionAtAllIsAnInternalErrorToo) {
  testing::internal::CaptureStderr();

  EXPECT_EQ(run([]() -> int { throw 7; }), 70);

  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "cb-test: internal error: an exception of unknown type\n");
}

void print_into(const char* path) {
  if (!std::freopen(path, "w", stdout)) std::abort();
  std::exit(run([] {
    print("text\n");
    return 0;
  }));
}

TEST(RunMainDeathTest, AFullDiskBehindStdoutIs70) {
  EXPECT_EXIT(print_into("/dev/full"), testing::ExitedWithCode(70),
              "^cb-test: write standard output: No space left on device\n$");
}

TEST(RunMainDeathTest, AllWrittenIsSuccess) {
  EXPECT_EXIT(print_into("/dev/null"), testing::ExitedWithCode(0), "^$");
}

void print_into_closed_pipe() {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  close(ends[0]);
  dup2(ends[1], 1);
  std::exit(run([] {
    print("text\n");
    flush();
    return is_output_closed() ? 1 : 2;
  }));
}

TEST(RunMainDeathTest, AClosedPipeChangesNothingAndCanBeAskedFor) {
  EXPECT_EXIT(print_into_closed_pipe(), testing::ExitedWithCode(1), "^$");
}

void fail_into_full_disk() {
  if (!std::freopen("/dev/full", "w", stdout)) std::abort();
  std::exit(run([]() -> int {
    print("text\n");
    throw Error(Fault::temporary, "busy");
  }));
}

TEST(RunMainDeathTest, BothFailuresAreNamed) {
  EXPECT_EXIT(fail_into_full_disk(), testing::ExitedWithCode(70),
              "cb-test: busy\ncb-test: write standard output");
}

}  // namespace
}  // namespace cb::cli
