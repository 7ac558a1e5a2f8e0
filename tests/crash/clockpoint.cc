// The clocks of a tool, in the same preloaded library.
//   CB_CRASH_TOOL=NAME   in the program of that name only
//   CB_CRASH_LATER=S     the time of day is so many seconds ahead; may be negative
//   CB_CRASH_STEP=S      and from its N-th reading on by so many more: somebody set the clock
//   CB_CRASH_STEP_AT=N
//   CB_CRASH_HASTE=F     time passes so many times faster when it waits
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "preload.h"

namespace {

using cb::crash::call, cb::crash::is_named, cb::crash::next, cb::crash::number_in;

using Wait = int (*)(pollfd*, nfds_t, const timespec*, const sigset_t*);
Wait next_ppoll = nullptr;
long later = 0, step = 0, step_at = 0, haste = 1, readings = 0;
timespec hasty_since{};

constexpr long kSecond = 1'000'000'000;

timespec of_nanoseconds(long nanoseconds) { return {nanoseconds / kSecond, nanoseconds % kSecond}; }
long nanoseconds(const timespec& time) { return time.tv_sec * kSecond + time.tv_nsec; }

timespec hasty(const timespec& now) {
  const long since = nanoseconds(hasty_since);
  return of_nanoseconds(since + (nanoseconds(now) - since) * haste);
}
timespec divided(const timespec& time) { return of_nanoseconds(nanoseconds(time) / haste); }

[[gnu::constructor]] void arm_clock() {
  next(next_ppoll, "ppoll");
  call(SYS_clock_gettime, CLOCK_BOOTTIME, &hasty_since);
  const char* tool = getenv("CB_CRASH_TOOL");
  if (tool == nullptr || !is_named(tool)) return;
  later = number_in("CB_CRASH_LATER");
  step = number_in("CB_CRASH_STEP");
  step_at = number_in("CB_CRASH_STEP_AT");
  if (number_in("CB_CRASH_HASTE") > 1) haste = number_in("CB_CRASH_HASTE");
}

}  // namespace

extern "C" {

// So that what waits for hours need not be waited for.
int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const int result = static_cast<int>(call(SYS_clock_gettime, clock, now));
  if (clock == CLOCK_REALTIME && result == 0)
    now->tv_sec += later + (++readings >= step_at ? step : 0);
  if (clock == CLOCK_BOOTTIME && result == 0) *now = hasty(*now);
  return result;
}
int ppoll(pollfd* descriptors, nfds_t count, const timespec* timeout, const sigset_t* mask) {
  const timespec scaled = timeout != nullptr ? divided(*timeout) : timespec{};
  return next(next_ppoll, "ppoll")(descriptors, count, timeout != nullptr ? &scaled : nullptr,
                                   mask);
}

}  // extern "C"
