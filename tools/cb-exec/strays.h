// Commands of runs whose cb-exec died: they are ended, so that the runs can be recovered.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "state/runs.h"
#include "termination.h"

namespace cb::exec {

class Strays {
 public:
  // Ends the command of `orphan` at once. Known ones are not ended anew.
  void adopt(const state::RunRow& orphan, Duration now);

  // Acts. Returns true when the last process of a run has gone, so that it can be recovered.
  bool tick(Duration now);

  bool is_ending_any() const { return !endings_.empty(); }
  std::optional<Duration> next_tick() const;

 private:
  struct Ending {
    os::Tag tag;
    Termination termination;
  };

  std::vector<Ending> endings_;
};

}  // namespace cb::exec
