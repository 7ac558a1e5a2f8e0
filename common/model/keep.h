// What may be forgotten, and when.
#pragma once

#include <optional>

#include "base/time.h"
#include "model/agree.h"
#include "model/state.h"

namespace cb::model {

// A task, as far as forgetting it matters.
struct Keepable {
  State state = State::succeeded;
  Instant since;  // it is in this state
  bool has_upstream = false;
  Meaning upstream = Meaning::other;  // what upstream said last; of no matter without one
  bool is_gone = false;               // upstream no longer has it
  bool is_owed = false;               // something about it is still to be delivered
  bool is_alive = false;              // a process of one of its runs lives
};

// Whether it has been finished for longer than `age` (absent: kept for ever) and nobody needs it. A
// task that upstream still shows as ready or running is kept: forgotten, it would be taken for new.
// Never true of an open or running one, or for a clock that was set back before `since`.
bool is_forgettable(const Keepable& task, std::optional<Duration> age, Instant now);

}  // namespace cb::model
