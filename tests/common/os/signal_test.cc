#include "os/signal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>

#include "os/clock.h"
#include "os/fd.h"
#include "support/forked.h"

namespace cb::os {
namespace {

using cb::testing::Forked;
using namespace std::chrono_literals;

// Signal handling is of the whole process, so each test has one of its own.
int in_child(const std::function<int()>& work) {
  return Forked([&](const auto&) { return work(); }).wait();
}

struct RawPipe {
  RawPipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == 0) {
      out.reset(ends[0]);
      in.reset(ends[1]);
    }
  }
  Fd out, in;
};

TEST(Signal, OnesThatCameBeforeTheWaitEndItAtOnce) {
  EXPECT_EQ(in_child([] {
              SignalWait signals;
              raise(SIGTERM);
              if (signals.stops() != 0) return 1;  // blocked until the wait
              signals.wait({}, 10s);
              return signals.stops() == 1 && signals.last_stop() == SIGTERM ? 0 : 2;
            }),
            0);
}

TEST(Signal, TermIntAndHupAreCountedAndTheLastIsNamed) {
  EXPECT_EQ(in_child([] {
              SignalWait signals;
              for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGINT}) {
                raise(signal);
                signals.wait({}, 10s);
              }
              return signals.stops() == 4 && signals.last_stop() == SIGINT ? 0 : 1;
            }),
            0);
}

TEST(Signal, AHangupThatWasIgnoredStaysIgnored) {
  EXPECT_EQ(in_child([] {
              signal(SIGHUP, SIG_IGN);
              SignalWait signals;
              raise(SIGHUP);
              signals.wait({}, 0ms);
              return signals.stops();
            }),
            0);
}

TEST(Signal, TheEndOfAChildWakesTheWait) {
  EXPECT_EQ(in_child([] {
              SignalWait signals;
              const pid_t pid = fork();
              if (pid == 0) _exit(0);
              const Duration before = boot_time();
              signals.wait({}, 10s);
              return boot_time() - before < 5s && signals.stops() == 0 ? 0 : 1;
            }),
            0);
}

TEST(Signal, ADescriptorThatIsReadyEndsTheWait) {
  EXPECT_EQ(in_child([] {
              SignalWait signals;
              const RawPipe pipe;
              if (write(pipe.in.get(), "x", 1) != 1) return 1;
              std::array descriptors{pollfd{.fd = pipe.out.get(), .events = POLLIN, .revents = 0}};
              signals.wait(descriptors, std::nullopt);
              return descriptors[0].revents == POLLIN ? 0 : 2;
            }),
            0);
}

TEST(Signal, ADescriptorThatIsAlwaysReadyKeepsNoSignalOut) {
  EXPECT_EQ(in_child([] {
              SignalWait signals;
              const RawPipe pipe;
              if (write(pipe.in.get(), "x", 1) != 1) return 1;
              std::array descriptors{pollfd{.fd = pipe.out.get(), .events = POLLIN, .revents = 0}};
              raise(SIGTERM);
              signals.wait(descriptors, std::nullopt);
              return signals.stops() == 1 ? 0 : 2;
            }),
            0);
}

TEST(Signal, AnInterruptedWaitReportsNoDescriptor) {
  EXPECT_EQ(
      in_child([] {
        SignalWait signals;
        const RawPipe pipe;
        std::array descriptors{pollfd{.fd = pipe.out.get(), .events = POLLIN, .revents = POLLIN}};
        raise(SIGINT);
        signals.wait(descriptors, std::nullopt);
        return descriptors[0].revents;
      }),
      0);
}

TEST(Signal, TheTimeoutIsKept) {
  EXPECT_EQ(in_child([] {
              SignalWait signals;
              const Duration before = boot_time();
              signals.wait({}, 30ms);
              signals.wait({}, -5ms);
              const Duration taken = boot_time() - before;
              return taken >= 30ms && taken < 5s ? 0 : 1;
            }),
            0);
}

TEST(Signal, ABrokenPipeDoesNotKill) {
  EXPECT_EQ(in_child([] {
              SignalWait signals;
              RawPipe pipe;
              pipe.out.reset();
              return write(pipe.in.get(), "x", 1) == -1 && errno == EPIPE ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace cb::os
