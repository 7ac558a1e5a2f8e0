#include "cursor.h"

#include <algorithm>

#include "base/text.h"

namespace cb::upstream_clickup {
namespace {

constexpr Duration kOverlap = std::chrono::minutes(2);
constexpr std::chrono::seconds kSettled = std::chrono::minutes(10);
constexpr int64_t kLatest = 253'402'128'000'000;  // in the year 9999

std::optional<int64_t> seconds_of(std::optional<Instant> at) {
  if (!at) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(at->time_since_epoch()).count();
}

}  // namespace

std::optional<Cursor> parse_cursor(std::string_view text) {
  const size_t blank = text.find(' ');
  const auto watermark = parse_integer(text.substr(0, blank));
  if (!watermark || *watermark < 0 || *watermark > kLatest) return std::nullopt;
  Cursor cursor{.watermark = from_millis(*watermark), .since = {}};
  if (blank == std::string_view::npos) return cursor;
  cursor.since = parse_integer(text.substr(blank + 1));
  return cursor.since ? std::optional(cursor) : std::nullopt;
}

std::string to_string(const Cursor& cursor) {
  const std::string watermark = std::to_string(to_millis(cursor.watermark));
  return cursor.since ? watermark + " " + std::to_string(*cursor.since) : watermark;
}

Instant list_after(const Cursor& cursor) {
  const Instant after = cursor.watermark - (cursor.since ? kOverlap : Duration::zero());
  return std::max(after, Instant{});
}

std::optional<Cursor> cursor_after(const std::optional<Cursor>& before,
                                   std::optional<Instant> newest, std::optional<Instant> started) {
  if (newest && started) newest = std::min(*newest, *started);
  if (before) newest = std::max(newest.value_or(before->watermark), before->watermark);
  if (!newest) return std::nullopt;
  const auto now = seconds_of(started);
  if (!before || before->watermark != *newest) return Cursor{*newest, now.value_or(0)};
  const bool is_settled = !before->since || (now && *now - *before->since >= kSettled.count());
  return Cursor{*newest, is_settled ? std::nullopt : before->since};
}

}  // namespace cb::upstream_clickup
