// Points in time and durations: one type each, milliseconds, UTC.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cb {

using Duration = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
// The clock, for logic that must ask again later; main() passes the real one, a test a lambda.
using Now = std::function<Instant()>;

// Milliseconds since 1970-01-01T00:00:00Z, the form in which the store keeps times.
int64_t to_millis(Instant at);
Instant from_millis(int64_t millis);

// Reads RFC 3339 ("2026-11-30T00:00:00Z", any offset, optional fraction, 'T', 't' or space
// between). A fraction finer than a millisecond is cut. nullopt for anything else, impossible dates
// and years outside 1..9999 included.
std::optional<Instant> parse_rfc3339(std::string_view text);

// Reads RFC 3339, or a bare date "2026-11-30", which means its first moment in UTC.
std::optional<Instant> parse_time_or_date(std::string_view text);

// "2026-11-30T00:00:00.000Z": UTC with milliseconds, always 24 characters.
std::string format_rfc3339(Instant at);

// Reads "90s", "5m", "2h", "3w", "1d", "250ms", and sums such as "1h30m" in falling units.
// nullopt for anything else: no unit, a sign, a fraction, blanks, more than 100 years.
std::optional<Duration> parse_duration(std::string_view text);

// The usual text, which parse_duration reads back exactly: "1h30m", "30d", "3w", "250ms"; "0s" for
// what is negative.
std::string format_duration(Duration duration);

// For people: the two largest units, cut: "3d 4h", "12s", "250ms".
std::string describe_duration(Duration duration);

}  // namespace cb
