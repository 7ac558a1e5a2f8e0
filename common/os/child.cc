#include "os/child.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "os/clock.h"
#include "os/file.h"
#include "os/own_children.h"
#include "os/pipe.h"

namespace cb::os {
namespace {

constexpr auto kPidFd = static_cast<idtype_t>(3);  // P_PIDFD, which older C libraries do not name

}  // namespace

Child::Child(pid_t pid) : pid_(pid), fd_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {
  if (!fd_) fail("watch", "process " + std::to_string(pid), errno);
}

bool Child::wait(Duration patience) const {
  const Duration deadline = boot_time() + patience;
  while (true) {
    pollfd descriptor{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    wait_for({&descriptor, 1}, std::max(Duration::zero(), deadline - boot_time()));
    if (descriptor.revents != 0) return true;
    if (boot_time() >= deadline) return false;
  }
}

std::optional<Ended> Child::reap() const {
  siginfo_t info{};
  if (waitid(kPidFd, static_cast<id_t>(fd_.get()), &info, WEXITED | WNOHANG) != 0) {
    return std::nullopt;
  }
  if (info.si_pid == 0) return std::nullopt;
  std::erase(own_children(), pid_);
  const bool is_exit = info.si_code == CLD_EXITED;
  return Ended{
      .pid = pid_, .exit = is_exit ? info.si_status : 0, .signal = is_exit ? 0 : info.si_status};
}

void Child::kill() const { syscall(SYS_pidfd_send_signal, fd_.get(), SIGKILL, nullptr, 0); }

}  // namespace cb::os
