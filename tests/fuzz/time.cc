// Times and durations: what is read is written so that it is read again.
#include "base/time.h"

#include <algorithm>

#include "fuzz.h"

namespace cb::fuzz {
namespace {

constexpr Duration kLongest = std::chrono::days(36525);

void check_time(std::string_view text) {
  const auto at = parse_rfc3339(text);
  const auto same = parse_time_or_date(text);
  require(!at || same == at, "a time is a time or a date", text);
  require(!same || at || text.size() == 10, "a date is YYYY-MM-DD", text);
  if (!same) return;
  const std::string written = format_rfc3339(*same);
  require(parse_rfc3339(written) == same, "a time survives being written", written);
  require(!at || text.size() < 20 || written.ends_with('Z'), "it is written in UTC", written);
}

void check_instant(Instant at) {
  const std::string written = format_rfc3339(at);
  require(written.size() == 24, "it has 24 characters", written);
  const auto read = parse_rfc3339(written);
  require(read.has_value(), "whatever is written can be read", written);
  const bool is_representable =
      at >= from_millis(-62'135'596'800'000) && at <= from_millis(253'402'300'799'999);
  require(!is_representable || read == at, "an instant survives", written);
}

void check_duration(std::string_view text) {
  const auto duration = parse_duration(text);
  if (!duration) return;
  require(*duration >= Duration(0) && *duration <= kLongest, "it is at most a century", text);
  const std::string written = format_duration(*duration);
  require(parse_duration(written) == duration, "a duration survives being written", written);
  require(format_duration(*parse_duration(written)) == written, "it has one usual text", written);
}

void check_millis(Duration duration) {
  require_printable(describe_duration(duration));
  const std::string written = format_duration(duration);
  const auto wanted = std::max(duration, Duration(0));
  require(wanted > kLongest || parse_duration(written) == wanted, "any duration survives", written);
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  Input input(data, size);
  const int64_t millis = input.take_integer();
  check_instant(cb::from_millis(millis));
  check_millis(cb::Duration(millis));
  const std::string_view text = input.take_rest();
  check_time(text);
  check_duration(text);
  return 0;
}
