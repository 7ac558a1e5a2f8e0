#include "os/clock.h"

#include <sys/random.h>
#include <time.h>

#include <cerrno>
#include <utility>

#include "os/file.h"

namespace cb::os {
namespace {

Duration read_clock(clockid_t clock) {
  timespec at{};
  clock_gettime(clock, &at);
  return std::chrono::duration_cast<Duration>(std::chrono::seconds(at.tv_sec) +
                                              std::chrono::nanoseconds(at.tv_nsec));
}

}  // namespace

Instant system_now() { return Instant(read_clock(CLOCK_REALTIME)); }

Duration boot_time() { return read_clock(CLOCK_BOOTTIME); }

void sleep_for(std::chrono::microseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec length{.tv_sec = seconds.count(),
                        .tv_nsec = std::chrono::nanoseconds(time - seconds).count()};
  nanosleep(&length, nullptr);
}

uint64_t random64() {
  uint64_t value = 0;
  while (getrandom(&value, sizeof value, 0) != sizeof value) {
    if (errno != EINTR) fail("read", "random bytes", errno);
  }
  return value;
}

std::string new_id(Instant now) {
  using Bits = std::pair<uint64_t, uint64_t>;  // the high and the low half of the 128 bits
  static Bits last;
  Bits bits{static_cast<uint64_t>(to_millis(now)) << 16 | (random64() & 0xffff), random64()};
  if (bits <= last) bits = {last.first + (last.second == UINT64_MAX ? 1 : 0), last.second + 1};
  last = bits;

  std::string id(26, '0');
  for (size_t i = id.size(); i-- > 0;) {
    id[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits.second & 31];
    bits.second = bits.second >> 5 | bits.first << 59;
    bits.first >>= 5;
  }
  return id;
}

}  // namespace cb::os
