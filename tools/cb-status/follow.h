// Looking again until told to stop.
#pragma once

#include "os/signal.h"

namespace cb::status {

// The pause between two looks. One per process.
class Follow {
 public:
  // Waits a fifth of a second; false when it is time to end: a signal came, or nobody reads stdout
  // any more.
  bool wait();

 private:
  os::SignalWait signals_;
};

}  // namespace cb::status
