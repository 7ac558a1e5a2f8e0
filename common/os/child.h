// One child by descriptor: never mistaken for a later process that got its pid.
#pragma once

#include <sys/types.h>

#include <optional>

#include "base/time.h"
#include "os/fd.h"
#include "os/process.h"

namespace cb::os {

class Child {
 public:
  // `pid` is a child of this process whose status nobody has taken yet.
  explicit Child(pid_t pid);

  pid_t pid() const { return pid_; }
  // Waits at most `patience`; true once it has ended, whoever took its status.
  bool wait(Duration patience) const;
  // How it ended; nullopt while it lives, and when its status was taken before (by os::reap()).
  std::optional<Ended> reap() const;
  void kill() const;  // SIGKILL; one that has ended is no error

 private:
  pid_t pid_;
  Fd fd_;
};

}  // namespace cb::os
