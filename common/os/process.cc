#include "os/process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "os/clock.h"
#include "os/file.h"
#include "os/own_children.h"

namespace cb::os {

std::string host_name() {
  char name[256] = "";
  if (gethostname(name, sizeof name - 1) != 0) fail("find", "the host name", errno);
  return name;
}

Tag new_tag() {
  rlimit limit{};
  if (getrlimit(RLIMIT_RTTIME, &limit) != 0) fail("read", "the limit of real-time work", errno);
  const Tag high = std::min(Tag{1} << 61, limit.rlim_max);
  // At least 12 days of real-time work, so that the limit never bites, unless this process has less
  // itself.
  const Tag low = std::min(Tag{1} << 40, high / 2);
  return low + random64() % std::max(high - low, Tag{1}) + (low == 0 ? 1 : 0);
}

void signal_all(const std::vector<pid_t>& pids, int signal) {
  for (const pid_t pid : pids) {
    if (kill(pid, signal) != 0 && errno != ESRCH) fail("signal", std::to_string(pid), errno);
  }
}

std::vector<pid_t>& own_children() {
  static std::vector<pid_t> pids;
  return pids;
}

std::vector<Ended> reap() {
  std::vector<Ended> ended;
  int status = 0;
  while (true) {
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) return ended;
    std::erase(own_children(), pid);
    if (WIFSIGNALED(status)) {
      ended.push_back({.pid = pid, .signal = WTERMSIG(status)});
    } else {
      ended.push_back({.pid = pid, .exit = WEXITSTATUS(status)});
    }
  }
}

bool has_children() {
  siginfo_t info{};
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void become_subreaper() {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) fail("adopt", "orphaned processes", errno);
}

bool is_shortage(int error_number) {
  // A program that is being replaced is busy for a moment only.
  return error_number == ETXTBSY || fault_of(error_number) == Fault::temporary;
}

}  // namespace cb::os
