// Whether a source is asked at all, after what its last requests came to. Pure: the store keeps the
// value between processes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace cb::model {

struct Breaker {
  // The requests of the last minute, as far as they are remembered.
  Instant window_began;
  int requests = 0, failures = 0;
  int broken = 0;  // helpers that died or hung, in a row

  enum class Cause {
    none,      // closed
    failures,  // too many requests failed, or its helper is broken
    asked,     // it asked for patience
    refused,   // it does not let us in: open until what we show it is another
  } cause = Cause::none;
  Instant opened_at;
  Duration wait{};                  // after opened_at one request may try again
  int openings = 0;                 // in a row
  std::optional<Instant> probe_at;  // when that one request left, while its answer is awaited
  std::string reason;               // one line for people
  std::string fingerprint;          // of what was shown when it refused; never a secret

  bool is_open() const { return cause != Cause::none; }
  // When it lets one request through; nullopt: not by time alone, or it is closed.
  std::optional<Instant> opens_until() const;

  bool operator==(const Breaker&) const = default;
};

enum class Gate {
  pass,   // ask
  probe,  // one may ask: it says so with begin_probe()
  shut,   // nobody asks
};
// `fingerprint`: of what we would show it now. A clock that was set back never keeps it shut for
// longer: then one may ask.
Gate gate(const Breaker& breaker, std::string_view fingerprint, Instant now);
Breaker begin_probe(Breaker breaker, Instant now);

// What became of a request.
struct Reply {
  enum class Kind {
    answered,  // whatever it said of the request itself
    failed,
    broken,   // there was no answer at all: the helper died, hung or printed rubbish
    asked,    // later, please: after `patience`
    refused,  // it does not let us in
  } kind = Kind::answered;
  std::optional<Duration> patience = {};
  std::string message = {};
};
// The breaker after a reply. `jitter`: in [-1, 1].
Breaker after(Breaker breaker, const Reply& reply, std::string_view fingerprint, Instant now,
              double jitter);

// As text for the store; "" for one that knows nothing. What cannot be read is as good as closed.
std::string to_text(const Breaker& breaker);
Breaker parse_breaker(std::string_view text);

}  // namespace cb::model
