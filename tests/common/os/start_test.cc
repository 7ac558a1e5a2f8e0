#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "os/file.h"
#include "os/process.h"
#include "support/forked.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using cb::testing::Forked;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Start : public ::testing::Test {
 protected:
  // Runs a command to its end with its output in a file; its exit code, or minus its signal.
  int run(Command command) {
    const Fd out(open(out_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (command.output < 0 && command.log_path.empty()) command.output = out.get();
    if (command.environment.empty()) command.environment = {"PATH=/usr/bin:/bin"};
    const Started started = start(command);
    EXPECT_EQ(started.error, 0) << started.what;
    int status = 0;
    if (started.error != 0 || waitpid(started.pid, &status, 0) != started.pid) return -99;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  std::string output_of(Command command) {
    EXPECT_EQ(run(std::move(command)), 0);
    return output();
  }
  std::string output() const { return read_file(out_).value_or("(none)"); }
  std::string shell_output(const std::string& script) {
    return output_of({.argv = {"/bin/sh", "-c", script}});
  }
  std::string script(const std::string& name, const std::string& text, mode_t mode = 0700) {
    write_file(dir_ / name, text);
    chmod((dir_ / name).c_str(), mode);
    return dir_ / name;
  }

  cb::testing::TemporaryDirectory dir_;
  std::string out_ = dir_ / "out";
};

TEST_F(Start, PassesArgumentsAsTheyAre) {
  EXPECT_EQ(output_of({.argv = {"printf", "<%s>", "a b", "", "$x;*", "\n"}}), "<a b><><$x;*><\n>");
}

TEST_F(Start, PassesExactlyTheGivenEnvironment) {
  EXPECT_EQ(output_of({.argv = {"/usr/bin/env"}, .environment = {"A=1", "B=two words"}}),
            "A=1\nB=two words\n");
}

TEST_F(Start, RunsInTheGivenDirectory) {
  make_directory(dir_ / "sub");

  EXPECT_EQ(output_of({.argv = {"pwd"}, .directory = dir_ / "sub"}), (dir_ / "sub") + "\n");
  EXPECT_EQ(output_of({.argv = {"pwd"}}), working_directory() + "\n");
}

TEST_F(Start, ConnectsTheThreeDescriptors) {
  write_file(dir_ / "in", "input");
  const Fd in(open((dir_ / "in").c_str(), O_RDONLY | O_CLOEXEC));
  const Fd err(open((dir_ / "err").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));

  const std::string output =
      output_of({.argv = {"sh", "-c", "cat; echo bad >&2"}, .input = in.get(), .error = err.get()});

  EXPECT_EQ(output, "input");
  EXPECT_EQ(read_file(dir_ / "err"), "bad\n");
}

TEST_F(Start, WithoutAnInputReadsNothing) {
  EXPECT_EQ(shell_output("cat; readlink /proc/self/fd/0"), "/dev/null\n");
}

TEST_F(Start, DescriptorsMayComeInAnyOrderFromTheFirstThree) {
  Forked child([&](const auto&) {
    for (int fd = 0; fd <= 2; ++fd) {
      const std::string name = dir_ / std::to_string(fd);
      write_file(name, fd == 2 ? "input\n" : "");
      const Fd file(open(name.c_str(), O_RDWR | O_APPEND | O_CLOEXEC));
      dup2(file.get(), fd);
    }
    const Started started = start({.argv = {"/bin/sh", "-c", "read x; echo got $x; echo bad >&2"},
                                   .input = 2,
                                   .output = 0,
                                   .error = 1});
    return started.error != 0 || waitpid(started.pid, nullptr, 0) < 0;
  });

  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(read_file(dir_ / "0"), "got input\n");
  EXPECT_EQ(read_file(dir_ / "1"), "bad\n");
}

TEST_F(Start, WorksWhereTheFirstThreeAreClosed) {
  Forked child([&](const auto&) {
    for (int fd = 0; fd <= 2; ++fd) close(fd);
    const Started started =
        start({.argv = {"/bin/sh", "-c", "cat; echo out; echo err >&2"}, .log_path = dir_ / "log"});
    return started.error != 0 || waitpid(started.pid, nullptr, 0) < 0;
  });

  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(read_file(dir_ / "log"), "out\nerr\n");
}

TEST_F(Start, NoOtherDescriptorGetsIntoTheCommand) {
  const Fd careless(open("/dev/null", O_RDONLY));  // NOLINT: not close-on-exec, on purpose
  const Fd high(fcntl(careless.get(), F_DUPFD, 200));

  EXPECT_EQ(output_of({.argv = {"ls", "/proc/self/fd"}}), "0\n1\n2\n3\n");  // 3 is ls reading
}

TEST_F(Start, KeepsTheDescriptorItIsToldToAtItsNumber) {
  const Fd file(open((dir_ / "kept").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const Fd nine(fcntl(file.get(), F_DUPFD_CLOEXEC, 9));
  ASSERT_EQ(nine.get(), 9);

  output_of({.argv = {"sh", "-c", "echo kept >&9"}, .kept = 9});

  EXPECT_EQ(read_file(dir_ / "kept"), "kept\n");
  EXPECT_EQ(fcntl(9, F_GETFD), FD_CLOEXEC);  // here it stays as it was
}

TEST_F(Start, SignalsAreAsNewInTheCommandAndAsBeforeHere) {
  Forked child([&](const auto&) {
    sigset_t some, after;
    sigemptyset(&some);
    sigaddset(&some, SIGTERM);
    sigprocmask(SIG_BLOCK, &some, nullptr);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    const std::string signals = output_of({.argv = {"grep", "^Sig[BI]", "/proc/self/status"}});
    sigprocmask(SIG_BLOCK, nullptr, &after);
    const bool kept = sigismember(&after, SIGTERM) == 1 && sigismember(&after, SIGHUP) == 0 &&
                      signal(SIGPIPE, SIG_DFL) == SIG_IGN;
    const bool fresh = signals == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n";
    return kept && fresh ? 0 : 1;
  });

  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Start, OwnSessionIsTheDefaultAndSharedIsThatOfTheParent) {
  const std::string show =
      "read -r pid name state parent group session rest </proc/$$/stat; "
      "echo $(($$ == group)) $session";

  EXPECT_THAT(shell_output(show + " $$ | { read a s p; echo $a $((s == p)); }"), "1 1\n");
  EXPECT_EQ(output_of({.argv = {"sh", "-c", show}, .session = Command::Session::shared}),
            "0 " + std::to_string(getsid(0)) + "\n");
}

TEST_F(Start, TheLogTakesOutputAndErrorsAndIsPrivate) {
  ASSERT_EQ(run({.argv = {"sh", "-c", "echo out; echo err >&2"}, .log_path = dir_ / "log"}), 0);

  struct stat info{};
  stat((dir_ / "log").c_str(), &info);
  EXPECT_EQ(read_file(dir_ / "log"), "out\nerr\n");
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST_F(Start, TheLogLeavesAGivenOutputAlone) {
  const Fd out(open((dir_ / "given").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));

  ASSERT_EQ(run({.argv = {"sh", "-c", "echo out; echo err >&2"},
                 .output = out.get(),
                 .log_path = dir_ / "log"}),
            0);

  EXPECT_EQ(read_file(dir_ / "given"), "out\n");
  EXPECT_EQ(read_file(dir_ / "log"), "err\n");
}

TEST_F(Start, ALogThatIsThereAlreadyStopsTheStartAndIsKept) {
  write_file(dir_ / "log", "of an earlier start");

  const Started started = start({.argv = {"/bin/true"}, .log_path = dir_ / "log"});

  EXPECT_EQ(started.error, EEXIST);
  EXPECT_EQ(started.what, "create " + (dir_ / "log"));
  EXPECT_EQ(read_file(dir_ / "log"), "of an earlier start");
}

TEST_F(Start, ACommandThatNeverStartedLeavesNoLog) {
  const Started started = start({.argv = {"/no/such/program"}, .log_path = dir_ / "log"});

  EXPECT_EQ(started.error, ENOENT);
  EXPECT_FALSE(exists(dir_ / "log"));
}

TEST_F(Start, SaysWhatItTriedWhenItFails) {
  const std::string plain = script("plain", "#!/bin/sh\n", 0600);
  const std::string orphan = script("orphan", "#!/no/such/interpreter\n");
  const std::string text = script("text", "no program\n");
  const std::vector<std::string> path = {"PATH=" + dir_.path() + ":/usr/bin"};
  const struct {
    Command command;
    int error;
    std::string what;
  } cases[] = {
      {{.argv = {"/no/such"}}, ENOENT, "start /no/such"},
      {{.argv = {plain}}, EACCES, "start " + plain},
      {{.argv = {dir_.path()}}, EACCES, "start " + dir_.path()},
      {{.argv = {orphan}}, ENOENT, "start the interpreter of " + orphan},
      {{.argv = {"./orphan"}, .directory = dir_.path()},
       ENOENT,
       "start the interpreter of " + (dir_ / "./orphan")},
      {{.argv = {text}}, ENOEXEC, "start " + text},
      {{.argv = {plain + "/below"}}, ENOENT, "start " + plain + "/below"},
      {{.argv = {"nowhere"}, .environment = path},
       ENOENT,
       "start nowhere (looked for in " + dir_.path() + ":/usr/bin)"},
      {{.argv = {"plain"}, .environment = path},
       EACCES,
       "start plain (looked for in " + dir_.path() + ":/usr/bin)"},
      {{.argv = {"/bin/true"}, .directory = dir_ / "none"}, ENOENT, "change to " + (dir_ / "none")},
      {{.argv = {"/bin/true"}, .log_path = dir_ / "none/log"},
       ENOENT,
       "create " + (dir_ / "none/log")},
      {{.argv = {"/bin/true"}, .input = 999}, EBADF, "connect the input and output of /bin/true"},
      {{.argv = {"/bin/true"}, .kept = 999}, EBADF, "connect the input and output of /bin/true"},
      {{.argv = {"/bin/true", std::string(3'000'000, 'x')}}, E2BIG, "start /bin/true"},
      {{}, EINVAL, "pass an empty name or a NUL byte to a command"},
      {{.argv = {""}}, EINVAL, "pass an empty name or a NUL byte to a command"},
      {{.argv = {"echo", std::string("a\0b", 3)}},
       EINVAL,
       "pass an empty name or a NUL byte to a command"},
  };
  for (const auto& [command, error, what] : cases) {
    const Started started = start(command);
    EXPECT_EQ(started.error, error) << what;
    EXPECT_EQ(started.what, what);
    EXPECT_EQ(started.pid, 0) << what;
  }
  EXPECT_FALSE(has_children());
}

TEST_F(Start, AProgramThatMayNotRunDoesNotHideALaterOneInThePath) {
  make_directory(dir_ / "first");
  make_directory(dir_ / "second");
  script("first/tool", "#!/bin/sh\n", 0600);
  script("second/tool", "#!/bin/sh\necho second\n");

  EXPECT_EQ(output_of({.argv = {"tool"},
                       .environment = {"PATH=/none:" + dir_.path() + "/out:" + (dir_ / "first") +
                                       ":" + (dir_ / "second")}}),
            "second\n");
}

TEST_F(Start, AnEmptyPartOfThePathIsTheDirectoryOfTheCommand) {
  script("tool", "#!/bin/sh\necho here\n");

  EXPECT_EQ(output_of({.argv = {"tool"}, .environment = {"PATH=/none:"}, .directory = dir_.path()}),
            "here\n");
}

TEST_F(Start, WithoutAPathTheSystemDirectoriesAreSearched) {
  EXPECT_EQ(output_of({.argv = {"echo", "found"}, .environment = {"X=1"}}), "found\n");
}

TEST_F(Start, TheDeathOfTheParentReachesTheCommand) {
  const Tag tag = new_tag();
  Forked middle([&](const auto& ready) {
    start({.argv = {"/bin/sleep", "100"}, .tag = tag, .death_signal = SIGKILL});
    ready();
    return pause();
  });
  ASSERT_EQ(processes_of(tag).size(), 1u);

  middle.kill_now();

  for (int i = 0; i < 1000 && !processes_of(tag).empty(); ++i) usleep(2000);
  EXPECT_TRUE(processes_of(tag).empty());
}

TEST_F(Start, WithoutADeathSignalTheCommandOutlivesItsParent) {
  const Tag tag = new_tag();
  Forked middle([&](const auto& ready) {
    start({.argv = {"/bin/sleep", "100"}, .tag = tag});
    ready();
    return pause();
  });

  middle.kill_now();

  const auto left = processes_of(tag);
  EXPECT_EQ(left.size(), 1u);
  signal_all(left, SIGKILL);
}

}  // namespace
}  // namespace cb::os
