#include "os/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <functional>
#include <thread>

#include "os/file.h"
#include "support/eventually.h"
#include "support/forked.h"

namespace cb::os {
namespace {

using cb::testing::eventually;
using cb::testing::Forked;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class Process : public ::testing::Test {
 protected:
  ~Process() override {
    EXPECT_TRUE(eventually([&] {
      for (const Tag tag : tags_) signal_all(processes_of(tag), SIGKILL);
      reap();
      return living_tags(tags_).empty();
    }));
  }
  Tag start_shell(const std::string& script) {
    const Tag tag = new_tag();
    const Started started = start({.argv = {"/bin/sh", "-c", script}, .tag = tag});
    EXPECT_EQ(started.error, 0) << started.what;
    pid_ = started.pid;
    tags_.push_back(tag);
    return tag;
  }
  pid_t pid_ = 0;  // of the last
  std::vector<Tag> tags_;
};

// Memory that a forked child shares with the test.
template <typename T>
class Shared {
 public:
  Shared()
      : value_(static_cast<T*>(
            mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { munmap(value_, sizeof(T)); }
  T& operator*() const { return *value_; }

 private:
  T* value_;
};

TEST_F(Process, ThisOneIsAliveAndAnImpostorIsNot) {
  const ProcessId self = this_process();
  ProcessId other_start = self, other_boot = self, no_pid = self;
  ++other_start.start;
  other_boot.boot = "another";
  no_pid.pid = 0;

  EXPECT_EQ(self.pid, getpid());
  EXPECT_TRUE(is_alive(self));
  EXPECT_FALSE(is_alive(other_start));
  EXPECT_FALSE(is_alive(other_boot));
  EXPECT_FALSE(is_alive(no_pid));
}

TEST_F(Process, NamesAreThoseOfPsAndAbsentForTheDead) {
  EXPECT_EQ(process_name(getpid()), "test_os");
  EXPECT_EQ(process_name(0x7FFFFFFF), std::nullopt);
}

TEST_F(Process, AZombieAndAReapedOneAreDead) {
  Shared<uint64_t> start_time;
  Forked child([&](const auto& ready) {
    *start_time = this_process().start;
    ready();
    return pause();
  });
  const ProcessId id{.boot = boot_id(), .pid = child.pid(), .start = *start_time};
  EXPECT_TRUE(is_alive(id));

  kill(id.pid, SIGKILL);
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(id.pid), &info, WEXITED | WNOWAIT);
  EXPECT_FALSE(is_alive(id));
  child.wait();

  EXPECT_FALSE(is_alive(id));
}

TEST_F(Process, OneWhoseFirstThreadEndedStillLives) {
  Shared<uint64_t> start_time;
  Forked child([&](const auto& ready) {
    *start_time = this_process().start;
    std::thread([ready] {
      for (int i = 0; i < 1000; ++i) {
        const auto stat = read_file("/proc/self/stat").value();
        if (stat.find(") Z ") != std::string::npos) break;
      }
      ready();
      pause();
    }).detach();
    return static_cast<int>(syscall(SYS_exit, 0));  // ends this thread only
  });

  EXPECT_TRUE(is_alive({.boot = boot_id(), .pid = child.pid(), .start = *start_time}));
}

TEST_F(Process, NamesAreReadOnce) {
  EXPECT_EQ(boot_id().size(), 36u);
  EXPECT_FALSE(host_name().empty());
}

TEST_F(Process, StatIsReadRightWhateverTheProgramIsCalled) {
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  pthread_setname_np(pthread_self(), ") Z 1 (");

  EXPECT_TRUE(is_alive(this_process()));

  pthread_setname_np(pthread_self(), name);
}

TEST_F(Process, TagsAreLargeAndDiffer) {
  const Tag one = new_tag(), two = new_tag();

  EXPECT_GE(one, Tag{1} << 40);
  EXPECT_LE(one, Tag{1} << 61);
  EXPECT_NE(one, two);
}

TEST_F(Process, TagsFitUnderTheLimitOfThisProcess) {
  for (const rlim_t limit :
       {rlim_t{1} << 45, rlim_t{1} << 41, rlim_t{1000}, rlim_t{2}, rlim_t{1}}) {
    Forked child([&](const auto&) {
      const rlimit low{.rlim_cur = limit, .rlim_max = limit};
      if (setrlimit(RLIMIT_RTTIME, &low) != 0) return 1;
      for (int i = 0; i < 100; ++i) {
        const Tag tag = new_tag();
        if (tag == 0 || tag > limit) return 2;
      }
      return 0;
    });
    EXPECT_EQ(child.wait(), 0) << limit;
  }
}

TEST_F(Process, TheTagFindsTheCommand) {
  const Tag tag = start_shell("exec sleep 100");

  EXPECT_THAT(processes_of(tag), ElementsAre(pid_));
  EXPECT_THAT(processes_of(new_tag()), IsEmpty());
  EXPECT_THAT(processes_of(0), IsEmpty());
}

TEST_F(Process, TheTagFindsWhatTriedToEscape) {
  static constexpr const char* kEscapes[] = {
      "(setsid sleep 100 &)",
      "(setsid setsid sh -c '(sleep 100 &)' >/dev/null 2>&1 &)",
      "env -i setsid /bin/sleep 100 <&- >&- 2>&- 3>&- 9>&- &",
      "nohup sleep 100 >/dev/null 2>&1 &",
      "cd / && (setsid sh -c 'exec sleep 100' &) && exec true",
  };
  for (const char* escape : kEscapes) {
    const Tag tag = start_shell(escape);
    ASSERT_EQ(waitpid(pid_, nullptr, 0), pid_);

    EXPECT_THAT(processes_of(tag), Not(IsEmpty())) << escape;
  }
}

TEST_F(Process, ACommandThatForksAndEndsAllTheTimeIsNeverOverlooked) {
  Shared<std::atomic<bool>> started, stop;
  const Tag tag = new_tag();
  Forked parent([&](const auto& ready) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    signal(SIGCHLD, SIG_IGN);  // leaves no zombies, of which init may be slow to free itself
    if (fork() == 0) {
      const rlimit limit{.rlim_cur = tag, .rlim_max = tag};
      if (setrlimit(RLIMIT_RTTIME, &limit) != 0) return 1;
      *started = true;
      ready();
      for (int i = 0; i < 1'000'000 && !*stop; ++i) {
        if (fork() > 0) _exit(0);
      }
      return 0;
    }
    if (!eventually([&] { return (*started).load(); })) return 1;
    ready();
    for (int i = 0; i < 60'000 && !*stop; ++i) usleep(1000);
    return 0;
  });
  int overlooked = 0;
  for (int i = 0; i < 20; ++i) {
    if (processes_of(tag).empty() || living_tags({tag}).empty()) ++overlooked;
  }
  *stop = true;

  EXPECT_EQ(overlooked, 0);
  EXPECT_TRUE(eventually([&] { return living_tags({tag}).empty(); }));
}

TEST_F(Process, DescendantsThatChangedTheirLimitAreFoundByTheirParents) {
  const Tag tag = start_shell("prlimit --rttime=1000000:1000000 sh -c 'sleep 100; :'; :");

  EXPECT_TRUE(eventually([&] { return processes_of(tag).size() == 3; }));

  EXPECT_EQ(processes_of(tag).front(), pid_);
}

TEST_F(Process, AChangedSoftLimitDoesNotHideACommand) {
  const Tag tag = start_shell("exec prlimit --rttime=1000000: sleep 100");

  EXPECT_TRUE(eventually([&] {
    rlimit limit{};
    return prlimit(pid_, RLIMIT_RTTIME, nullptr, &limit) == 0 && limit.rlim_cur == 1'000'000;
  }));
  EXPECT_THAT(processes_of(tag), ElementsAre(pid_));
}

TEST_F(Process, ZombiesCarryNoTag) {
  const Tag tag = start_shell("exit 0");
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);

  EXPECT_THAT(processes_of(tag), IsEmpty());
  EXPECT_THAT(living_tags({tag}), IsEmpty());
}

TEST_F(Process, ThisProcessIsNeverAmongThoseOfATag) {
  Forked child([](const auto&) {
    const Tag tag = new_tag();
    const rlimit limit{.rlim_cur = tag, .rlim_max = tag};
    if (setrlimit(RLIMIT_RTTIME, &limit) != 0) return 1;
    const bool alone = processes_of(tag).empty();
    const Started below = start({.argv = {"/bin/sleep", "100"}, .death_signal = SIGKILL});
    const bool found = processes_of(tag) == std::vector{below.pid};
    return alone && found && living_tags({tag}) == std::vector{tag} ? 0 : 2;
  });

  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Process, LivingTagsAreThoseThatSomebodyCarries) {
  const Tag one = start_shell("exec sleep 100");
  const Tag two = start_shell("sleep 100 & sleep 100");
  const Tag nobody = new_tag();

  EXPECT_THAT(living_tags({nobody, two, 0, one, two}), UnorderedElementsAre(one, two));
  EXPECT_THAT(living_tags({}), IsEmpty());
}

TEST_F(Process, AnotherUserSeesTheTag) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const Tag tag = start_shell("exec sleep 100");
  const pid_t pid = pid_;
  Forked stranger([&](const auto&) {
    if (setresuid(65534, 65534, 65534) != 0) return 1;
    return processes_of(tag) == std::vector{pid} && living_tags({tag}).size() == 1 ? 0 : 2;
  });

  EXPECT_EQ(stranger.wait(), 0);
}

TEST_F(Process, SignalsReachEachAndThoseThatAreGoneAreNoError) {
  start_shell("exec sleep 100");
  const pid_t one = pid_;
  start_shell("exit 0");
  ASSERT_EQ(waitpid(pid_, nullptr, 0), pid_);

  signal_all({pid_, one}, SIGTERM);

  int status = 0;
  ASSERT_EQ(waitpid(one, &status, 0), one);
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

TEST_F(Process, ReapTellsHowEachChildEnded) {
  start_shell("exit 0");
  start_shell("exit 130");
  start_shell("kill -KILL $$");
  std::vector<std::pair<int, int>> endings;

  EXPECT_TRUE(eventually([&] {
    for (const Ended& ended : reap()) endings.emplace_back(ended.exit, ended.signal);
    return endings.size() == 3;
  }));

  using End = std::pair<int, int>;
  EXPECT_THAT(endings, UnorderedElementsAre(End{0, 0}, End{130, 0}, End{0, SIGKILL}));
  EXPECT_FALSE(has_children());
}

TEST_F(Process, ReapNeverWaits) {
  start_shell("exec sleep 100");

  EXPECT_THAT(reap(), IsEmpty());
  EXPECT_TRUE(has_children());
  EXPECT_THAT(children(), ElementsAre(pid_));
}

TEST_F(Process, ASubreaperAdoptsOrphans) {
  Forked child([](const auto&) {
    become_subreaper();
    const Started started = start({.argv = {"/bin/sh", "-c", "setsid sleep 100 & exit 0"}});
    waitpid(started.pid, nullptr, 0);
    const auto adopted = children();
    if (adopted.size() != 1) return 1;
    signal_all(adopted, SIGKILL);
    return eventually([&] { return !reap().empty(); }) && !has_children() ? 0 : 2;
  });

  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Process, WhatACommandLeftIsToldFromWhatWasStarted) {
  Forked child([](const auto&) {
    become_subreaper();
    const Started leaving = start({.argv = {"/bin/sh", "-c", "setsid sleep 100 & exit 0"}});
    const Started staying = start({.argv = {"/bin/sleep", "100"}});
    if (!eventually([&] { return !reap().empty(); })) return 1;
    const auto left = adopted_children();
    signal_all(children(), SIGKILL);
    const bool is_right = left.size() == 1 && left.front() != staying.pid && leaving.pid > 0;
    return is_right && eventually([] { return reap().empty() && !has_children(); }) ? 0 : 2;
  });

  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Process, ShortagesAreOfTheMachineNotOfTheCommand) {
  for (const int error : {ENOMEM, EAGAIN, EMFILE, ENFILE, ENOSPC, EDQUOT, ETXTBSY}) {
    EXPECT_TRUE(is_shortage(error)) << strerror(error);
  }
  for (const int error : {ENOENT, EACCES, ENOEXEC, E2BIG, ENOTDIR, ELOOP}) {
    EXPECT_FALSE(is_shortage(error)) << strerror(error);
  }
}

}  // namespace
}  // namespace cb::os
