// Signals are blocked except inside the one wait.
#pragma once

#include <poll.h>

#include <optional>
#include <span>

#include "base/time.h"

namespace cb::os {

// Blocks SIGTERM, SIGINT, SIGHUP and SIGCHLD, counts them while they are let through in wait(), and
// ignores SIGPIPE. One per process, in main's thread; call before anything is started. Reinstated
// dispositions are not needed: it lives as long as the process.
class SignalWait {
 public:
  SignalWait();

  // Waits until a descriptor is ready, a signal came, or `timeout` passed (nullopt: for ever).
  // Returns at once if a signal is pending.
  void wait(std::span<pollfd> descriptors, std::optional<Duration> timeout);

  // How many SIGTERM, SIGINT or SIGHUP came since the start.
  int stops() const;
  // The last of them; 0 when none came.
  int last_stop() const;
};

}  // namespace cb::os
