// Processes that outlived their run: of runs that ended here, and of runs whose cb-exec died.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "state/runs.h"
#include "termination.h"

namespace cb::exec {

class Strays {
 public:
  // A run of ours is over. What it may have left without holding its lock is looked for once a
  // second.
  void watch(os::Tag tag, Duration grace);
  // A run whose cb-exec is gone but whose command lives: it is ended at once. Known ones are not
  // ended anew.
  void adopt(const state::RunRow& orphan, Duration now);

  // Looks and acts. Returns true when the last process of an adopted run has gone, so that it can
  // be recovered.
  bool tick(Duration now);
  void look_now() { next_look_ = Duration(0); }  // before leaving

  bool is_ending_any() const { return !endings_.empty(); }
  std::optional<Duration> next_tick() const;

 private:
  struct Ending {
    os::Tag tag;
    bool is_adopted;
    Termination termination;
  };
  void end(os::Tag tag, bool is_adopted, Duration grace, Duration now);

  std::vector<std::pair<os::Tag, Duration>> watched_;
  std::vector<Ending> endings_;
  Duration next_look_{0};
};

}  // namespace cb::exec
