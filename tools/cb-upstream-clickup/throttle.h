// When the next request may be sent, and for how long cb may be kept waiting.
#pragma once

#include <functional>
#include <optional>

#include "base/time.h"
#include "rate.h"

namespace cb::upstream_clickup {

// The machine's part; a test has its own.
struct Timer {
  std::function<Duration()> elapsed;  // of a clock that never goes back
  std::function<void(Duration)> sleep;
  std::function<Duration(Duration)> jitter;  // zero to its argument
};

// cb ends a helper that prints nothing for a minute; so there is an upper bound to waiting, counted
// from the last line that was printed. A listing has lines in hand and stretches it.
class Throttle {
 public:
  struct Settings {
    Duration max_wait;           // longest silence on purpose
    std::optional<int> reserve;  // requests left to people in each window
  };

  Throttle(Settings settings, Timer timer) : settings_(settings), timer_(std::move(timer)) {}

  // Prints a line that was held back; false when there is none. For as long as a listing lasts.
  using Alive = std::function<bool()>;
  void set_alive(Alive alive) { alive_ = std::move(alive); }

  // A request of cb begins, or a line was printed: the silence ends.
  void note_line() { silent_since_ = timer_.elapsed(); }

  // Waits until a request may be sent. What `is_begun` may use up half of the reserve, so that it
  // gets to its end. The wait that is left when it would be too long; nullopt when it may be sent.
  std::optional<Duration> await_turn(bool is_begun);

  // What a response said, and that it refused (429).
  void note_rate(const Rate& rate);
  void note_refusal(const Rate& rate);

  // Waits `time`; false when that would be too long, at once unless lines in hand run out
  // meanwhile.
  bool wait(Duration time);
  // How long nothing was printed is already too long to begin another request.
  bool is_late() { return time_left() <= Duration::zero() && !print_line(); }

  Duration jitter(Duration most) const { return timer_.jitter(most); }

 private:
  Duration time_left() const { return silent_since_ + settings_.max_wait - timer_.elapsed(); }
  bool print_line();

  Settings settings_;
  Timer timer_;
  Alive alive_;
  Duration silent_since_{};
  Duration not_before_{};  // by the timer's clock, for everything
  Rate rate_;              // the last that was told, …
  Duration rated_at_{};    // … and when
};

}  // namespace cb::upstream_clickup
