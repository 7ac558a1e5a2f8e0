// Ending all processes of a run: TERM, then KILL, then proof.
#pragma once

#include "base/time.h"
#include "os/process.h"

namespace cb::exec {

// Everything that carries the run's tag, whatever its session, parent or descriptors.
class Termination {
 public:
  // Sends TERM (KILL when `grace` is 0) at once. `now` is os::boot_time().
  Termination(os::Tag tag, Duration grace, Duration now);

  // Looks and acts; true once no process is left. To be called again at next_look().
  bool is_over(Duration now);
  Duration next_look() const { return next_look_; }
  void kill_now() { kill_at_ = Duration(0); }

 private:
  os::Tag tag_;
  Duration kill_at_, next_look_;
};

}  // namespace cb::exec
