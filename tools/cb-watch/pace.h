// When a directory is to be looked at as a whole again.
#pragma once

#include <optional>

#include "base/time.h"

namespace cb::watch {

struct LastScan {
  Duration began{}, ended{};  // boot clock
  bool is_hinted = false;     // the kernel tells what happens meanwhile
};

// `every`: as typed, which is taken as it is; else every 30 s with hints, every second without, and
// never more than a twentieth of the time. `is_wanted`: a hint asks for it, so as soon as that
// twentieth allows.
Duration next_scan(const LastScan& last, std::optional<Duration> every, bool is_wanted);

}  // namespace cb::watch
