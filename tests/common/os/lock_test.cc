#include "os/lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "os/clock.h"
#include "os/file.h"
#include "os/process.h"
#include "support/eventually.h"
#include "support/forked.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using cb::testing::eventually;
using cb::testing::Forked;
using namespace std::chrono_literals;

class Lock : public ::testing::Test {
 protected:
  // Takes the lock and keeps it until it is killed.
  int hold(const std::function<void()>& ready) const {
    FileLock lock(path_);
    if (!lock.try_lock()) return 1;
    ready();
    while (true) pause();
  }
  cb::testing::TemporaryDirectory dir_;
  std::string path_ = dir_ / "lock";
};

TEST_F(Lock, IsExclusiveUntilItIsGivenBack) {
  FileLock one(path_), two(path_);

  EXPECT_TRUE(one.lock(1s));
  EXPECT_TRUE(one.is_locked());
  EXPECT_FALSE(two.try_lock());
  EXPECT_FALSE(two.lock(0ms));
  one.unlock();
  EXPECT_TRUE(two.lock(0ms));
  EXPECT_FALSE(one.is_locked());
}

TEST_F(Lock, FileIsPrivateAndNotInherited) {
  const int next = dup(0);
  close(next);
  FileLock lock(path_);
  ASSERT_TRUE(lock.try_lock());

  struct stat info{};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
  EXPECT_EQ(fcntl(next, F_GETFD), FD_CLOEXEC);
}

TEST_F(Lock, PatienceEndsAndTheHolderIsNamed) {
  const Forked holder([&](const auto& ready) { return hold(ready); });
  FileLock lock(path_);
  const Duration before = boot_time();

  EXPECT_FALSE(lock.lock(50ms));

  EXPECT_GE(boot_time() - before, 50ms);
  EXPECT_LT(boot_time() - before, 2s);
  EXPECT_EQ(lock.holder(), holder.pid());
  EXPECT_FALSE(lock.is_locked());
}

TEST_F(Lock, NobodyHoldsAFreeOrAMissingLock) {
  FileLock lock(path_);
  EXPECT_EQ(lock.holder(), std::nullopt);

  lock.try_lock();
  EXPECT_EQ(lock.holder(), getpid());
  lock.unlock();

  EXPECT_EQ(lock.holder(), std::nullopt);
}

TEST_F(Lock, HolderIsNotOneOfThoseWhoWait) {
  const Forked holder([&](const auto& ready) { return hold(ready); });
  const auto wait_for_it = [&](const auto& ready) {
    FileLock lock(path_);
    ready();
    return lock.lock(10s) ? 0 : 1;
  };
  const Forked one(wait_for_it), two(wait_for_it);
  FileLock lock(path_);

  EXPECT_FALSE(lock.lock(20ms));

  EXPECT_EQ(lock.holder(), holder.pid());
}

TEST_F(Lock, WaitersGetItOneAfterTheOther) {
  FileLock lock(path_);
  ASSERT_TRUE(lock.try_lock());
  const auto take_and_keep_briefly = [&](const auto& ready) {
    FileLock mine(path_);
    ready();
    if (!mine.lock(10s)) return 1;
    usleep(1000);
    mine.unlock();
    return 0;
  };
  Forked one(take_and_keep_briefly), two(take_and_keep_briefly);

  lock.unlock();

  EXPECT_EQ(one.wait(), 0);
  EXPECT_EQ(two.wait(), 0);
  EXPECT_TRUE(lock.lock(10s));
}

TEST_F(Lock, DeathReleasesIt) {
  Forked holder([&](const auto& ready) { return hold(ready); });
  FileLock lock(path_);
  ASSERT_FALSE(lock.try_lock());

  holder.kill_now();

  EXPECT_TRUE(lock.try_lock());
}

TEST_F(Lock, WaitingLeavesSignalsAndTimersAsTheyWere) {
  const Forked holder([&](const auto& ready) { return hold(ready); });
  struct sigaction mine{}, after{};
  mine.sa_handler = [](int) {};
  mine.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &mine, nullptr);
  sigset_t alarm, mask;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  sigprocmask(SIG_BLOCK, &alarm, nullptr);

  EXPECT_FALSE(FileLock(path_).lock(20ms));  // works although SIGALRM was blocked

  sigaction(SIGALRM, nullptr, &after);
  sigprocmask(SIG_UNBLOCK, &alarm, &mask);
  itimerval timer{};
  getitimer(ITIMER_REAL, &timer);
  EXPECT_EQ(after.sa_handler, mine.sa_handler);
  EXPECT_TRUE(sigismember(&mask, SIGALRM));
  EXPECT_EQ(timer.it_value.tv_sec + timer.it_value.tv_usec, 0);
}

TEST_F(Lock, OtherSignalsDoNotEndTheWait) {
  const Forked holder([&](const auto& ready) { return hold(ready); });
  struct sigaction mine{};
  mine.sa_handler = [](int) {};
  sigaction(SIGUSR1, &mine, nullptr);
  const pid_t self = getpid();
  const Forked pest([self](const auto& ready) {
    ready();
    while (kill(self, SIGUSR1) == 0) usleep(2000);
    return 0;
  });
  const Duration before = boot_time();

  EXPECT_FALSE(FileLock(path_).lock(40ms));

  EXPECT_GE(boot_time() - before, 40ms);
}

TEST_F(Lock, ARemovedFileIsNotBelieved) {
  FileLock one(path_), two(path_);
  ASSERT_TRUE(one.try_lock());
  one.unlock();
  remove_file(path_);

  ASSERT_TRUE(two.try_lock());

  EXPECT_FALSE(one.try_lock());
  EXPECT_FALSE(one.lock(20ms));
}

TEST_F(Lock, AMissingDirectoryIsAnError) {
  FileLock lock(dir_ / "none/lock");

  EXPECT_THROW(lock.try_lock(), Error);
}

class Byte : public Lock {
 protected:
  // Starts a command that keeps `kept` until the returned descriptor is closed.
  Fd start_reader(int kept) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const Fd input(ends[0]);
    const Started started =
        start({.argv = {"/bin/sh", "-c", "read x"}, .input = ends[0], .kept = kept});
    EXPECT_EQ(started.error, 0) << started.what;
    pid_ = started.pid;
    return Fd(ends[1]);
  }
  void end_reader(Fd input) {
    input.reset();
    waitpid(pid_, nullptr, 0);
  }
  pid_t pid_ = 0;
};

TEST_F(Byte, OffsetsAreIndependent) {
  const auto one = ByteLock::try_take(path_, 1);

  EXPECT_TRUE(one.has_value());
  EXPECT_EQ(one->offset(), 1);
  EXPECT_TRUE(ByteLock::try_take(path_, 2).has_value());
  EXPECT_FALSE(ByteLock::try_take(path_, 1).has_value());
}

TEST_F(Byte, IsLockedWhileTheObjectLives) {
  constexpr int64_t kFar = int64_t{1} << 60;
  EXPECT_FALSE(is_byte_locked(path_, kFar));
  {
    const auto lock = ByteLock::try_take(path_, kFar);
    EXPECT_TRUE(is_byte_locked(path_, kFar));
    EXPECT_FALSE(is_byte_locked(path_, kFar - 1));
  }
  EXPECT_FALSE(is_byte_locked(path_, kFar));
}

TEST_F(Byte, ReadingAndClosingTheFileDoesNotDropIt) {
  const auto lock = ByteLock::try_take(path_, 5);

  Fd(open(path_.c_str(), O_RDWR | O_CLOEXEC)).reset();  // would drop a POSIX lock

  EXPECT_TRUE(is_byte_locked(path_, 5));
}

TEST_F(Byte, ACommandThatInheritedItKeepsItUntilItEnds) {
  auto lock = ByteLock::try_take(path_, 7);
  Fd input = start_reader(lock->descriptor());

  lock.reset();

  EXPECT_TRUE(is_byte_locked(path_, 7));
  EXPECT_FALSE(ByteLock::try_take(path_, 7).has_value());
  end_reader(std::move(input));
  EXPECT_FALSE(is_byte_locked(path_, 7));
}

TEST_F(Byte, OtherCommandsDoNotKeepIt) {
  auto lock = ByteLock::try_take(path_, 7);
  Fd input = start_reader(-1);

  lock.reset();

  // Linux resumes a parent that vforked a moment before it closes what the command must not keep.
  EXPECT_TRUE(eventually([&] { return !is_byte_locked(path_, 7); }));
  end_reader(std::move(input));
}

TEST_F(Byte, AMissingDirectoryIsAnErrorToTakeAndFreeToAsk) {
  EXPECT_THROW(ByteLock::try_take(dir_ / "none/lock", 0), Error);
  EXPECT_FALSE(is_byte_locked(dir_ / "none/lock", 0));
}

}  // namespace
}  // namespace cb::os
