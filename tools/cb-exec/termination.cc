#include "termination.h"

#include <csignal>

namespace cb::exec {
namespace {

constexpr Duration kLook = std::chrono::milliseconds(20);

}  // namespace

Termination::Termination(os::Tag tag, Duration grace, Duration now)
    : tag_(tag), kill_at_(now + grace), next_look_(now) {
  if (grace == Duration(0)) return;
  const auto processes = os::processes_of(tag_);
  os::signal_all(processes, SIGTERM);
  os::signal_all(processes, SIGCONT);  // a stopped process acts on TERM only once it continues
  next_look_ = now + kLook;
}

bool Termination::is_over(Duration now) {
  const auto processes = os::processes_of(tag_);
  if (processes.empty()) return true;
  if (now >= kill_at_) os::signal_all(processes, SIGKILL);
  next_look_ = now + kLook;
  return false;
}

}  // namespace cb::exec
