#include "rate.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace cb::upstream_clickup {
namespace {

using std::chrono::seconds;

constexpr Duration kShortestWait = seconds(1);
constexpr Duration kLongestWait = seconds(120);
constexpr int64_t kLeastMillis = 1'000'000'000'000;  // more cannot be seconds

std::optional<int64_t> number(const Headers& headers, const char* name) {
  const auto header = headers.find(name);
  if (header == headers.end()) return std::nullopt;
  const auto value = parse_integer(header->second);
  return value && *value >= 0 ? value : std::nullopt;
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

std::optional<unsigned> month(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto at = std::find(kMonths.begin(), kMonths.end(), name);
  return at == kMonths.end() ? std::nullopt
                             : std::optional(static_cast<unsigned>(at - kMonths.begin()) + 1);
}

// RFC 9110, section 5.6.7, the form that servers must send.
std::optional<Instant> parse_http_date(std::string_view text) {
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return {};
  const auto day = digits(text.substr(5, 2)), year = digits(text.substr(12, 4));
  const auto month_of = month(text.substr(8, 3));
  const auto hour = digits(text.substr(17, 2)), minute = digits(text.substr(20, 2)),
             second = digits(text.substr(23, 2));
  if (!day || !year || !month_of || !hour || !minute || !second) return {};
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(*month_of),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return {};
  return Instant(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
         std::chrono::minutes(*minute) + seconds(*second);
}

}  // namespace

std::optional<Instant> date_of(const Headers& headers) {
  const auto header = headers.find("date");
  return header == headers.end() ? std::nullopt : parse_http_date(header->second);
}

Rate read_rate(const Headers& headers, Instant now) {
  Rate rate{.limit = number(headers, "x-ratelimit-limit"),
            .remaining = number(headers, "x-ratelimit-remaining"),
            .until_reset = {},
            .retry_after = {}};
  if (const auto reset = number(headers, "x-ratelimit-reset")) {
    const int64_t millis = *reset >= kLeastMillis ? *reset : *reset * 1000;
    rate.until_reset = from_millis(millis) - date_of(headers).value_or(now);
  }
  if (const auto wait = number(headers, "retry-after")) {
    rate.retry_after = seconds(std::min<int64_t>(*wait, kLongestWait.count()));
  }
  return rate;
}

Duration wait_after_refusal(const Rate& rate) {
  const Duration wait = rate.retry_after   ? *rate.retry_after
                        : rate.until_reset ? *rate.until_reset
                                           : Duration(seconds(60));
  return std::clamp(wait, kShortestWait, kLongestWait);
}

int64_t reserve_of(int64_t limit) {
  return std::min(std::clamp<int64_t>(limit / 10, 5, 50), limit / 2);
}

Duration wait_to_spare(const Rate& rate, int64_t reserve) {
  if (!rate.remaining || *rate.remaining > reserve || !rate.until_reset) return Duration::zero();
  return std::clamp(*rate.until_reset, Duration::zero(), kLongestWait);
}

}  // namespace cb::upstream_clickup
