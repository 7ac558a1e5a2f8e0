// A forked copy of the test that does one thing and exits; killed if the test ends before it.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <functional>
#include <iostream>
#include <stdexcept>

namespace cb::testing {

class Forked {
 public:
  // `work` gets a function by which it tells the test that it is ready; the constructor waits for
  // that, or for its end. The child's exit code is what `work` returns; 99 after an exception.
  explicit Forked(const std::function<int(const std::function<void()>& ready)>& work) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("pipe");
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("fork");
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      close(ends[0]);
      _exit(run(work, ends[1]));
    }
    close(ends[1]);
    char byte = 0;
    while (read(ends[0], &byte, 1) < 0 && errno == EINTR) {
    }
    close(ends[0]);
  }
  Forked(const Forked&) = delete;
  Forked& operator=(const Forked&) = delete;
  ~Forked() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    wait();
  }

  pid_t pid() const { return pid_; }
  void kill_now() {
    kill(pid_, SIGKILL);
    wait();
  }
  // Its exit code, or minus the signal that ended it.
  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  static int run(const std::function<int(const std::function<void()>&)>& work, int ready_end) {
    try {
      return work([ready_end] { close(ready_end); });
    } catch (const std::exception& error) {
      std::cerr << "child: " << error.what() << '\n';
      return 99;
    }
  }

  pid_t pid_ = 0;
};

}  // namespace cb::testing
