#include "throttle.h"

#include <algorithm>

namespace cb::upstream_clickup {
namespace {

constexpr Duration kJitter = std::chrono::seconds(1);

}  // namespace

bool Throttle::print_line() {
  if (!alive_ || !alive_()) return false;
  note_line();
  return true;
}

bool Throttle::wait(Duration time) {
  if (time > time_left() && !print_line()) return false;  // at once, not after a part of it
  while (time > Duration::zero()) {
    if (time_left() <= Duration::zero() && !print_line()) return false;
    const Duration part = std::min(time, time_left());
    timer_.sleep(part);
    time -= part;
  }
  return true;
}

void Throttle::note_rate(const Rate& rate) {
  rate_ = rate;
  rated_at_ = timer_.elapsed();
}

// With jitter, so that everybody who was refused does not come back in the same moment.
void Throttle::note_refusal(const Rate& rate) {
  note_rate(rate);
  not_before_ = timer_.elapsed() + wait_after_refusal(rate) + timer_.jitter(kJitter);
}

std::optional<Duration> Throttle::await_turn(bool is_begun) {
  const int64_t reserve =
      settings_.reserve ? *settings_.reserve : reserve_of(rate_.limit.value_or(0));
  const Duration spare = wait_to_spare(rate_, is_begun ? reserve / 2 : reserve);
  const Duration until =
      std::max(not_before_, spare > Duration::zero() ? rated_at_ + spare : Duration());
  const Duration left = until - timer_.elapsed();
  if (left <= Duration::zero() || wait(left)) return std::nullopt;
  return until - timer_.elapsed();
}

}  // namespace cb::upstream_clickup
