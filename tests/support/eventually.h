// Waiting for what another process is about to do.
#pragma once

#include <unistd.h>

#include <functional>

namespace cb::testing {

// Whether `fact` comes true within five seconds.
inline bool eventually(const std::function<bool()>& fact) {
  for (int i = 0; i < 2500; ++i) {
    if (fact()) return true;
    usleep(2000);
  }
  return fact();
}

}  // namespace cb::testing
