// Rate limits, as ClickUp tells of them: so many requests in a window of a minute, shared by
// everybody who has the token.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"

namespace cb::upstream_clickup {

// The headers of one response by their names in lower case.
using Headers = std::map<std::string, std::string>;

struct Rate {
  std::optional<int64_t> limit, remaining;  // requests in a window
  std::optional<Duration> until_reset;      // when the next window starts; by the server's clock
  std::optional<Duration> retry_after;
};

// `now` stands in where the server does not tell its own time.
Rate read_rate(const Headers& headers, Instant now);

// The time of the Date header ("Sun, 22 Nov 2026 08:00:00 GMT").
std::optional<Instant> date_of(const Headers& headers);

// How long to wait after a 429: 1 s to 120 s; a minute when nothing tells.
Duration wait_after_refusal(const Rate& rate);

// How many requests of each window cb leaves to people: a tenth, 5 to 50, but never more than half.
int64_t reserve_of(int64_t limit);

// How long to wait before the next request, so that `reserve` are left; zero when that is certain,
// or nothing is known.
Duration wait_to_spare(const Rate& rate, int64_t reserve);

}  // namespace cb::upstream_clickup
