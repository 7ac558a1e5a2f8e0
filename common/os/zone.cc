#include "os/zone.h"

#include <stdlib.h>
#include <time.h>

#include <algorithm>
#include <chrono>

#include "os/file.h"

namespace cb::os {
namespace {

const char* const kDatabase = "/usr/share/zoneinfo/";

bool is_name(const std::string& zone) {
  const auto is_fine = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  };
  return !zone.empty() && zone.front() != '/' && std::all_of(zone.begin(), zone.end(), is_fine);
}

LocalTime to_local_time(const struct tm& time, Duration fraction) {
  return {.year = time.tm_year + 1900,
          .month = time.tm_mon + 1,
          .day = time.tm_mday,
          .since_midnight = std::chrono::hours(time.tm_hour) + std::chrono::minutes(time.tm_min) +
                            std::chrono::seconds(time.tm_sec) + fraction};
}

// The C library reads a zone that it does not find as UTC; so its file is looked for first, once.
bool choose(const std::string& zone) {
  static std::optional<std::string> chosen;
  if (zone == chosen) return true;
  if (!is_name(zone) || !exists(kDatabase + zone) || is_directory(kDatabase + zone)) return false;
  setenv("TZ", (":" + zone).c_str(), 1);
  tzset();
  chosen = zone;
  return true;
}

}  // namespace

LocalTime utc_time(Instant at) {
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  const time_t seconds = second.time_since_epoch().count();
  struct tm time{};
  gmtime_r(&seconds, &time);
  return to_local_time(time, at - second);
}

std::optional<LocalTime> local_time(Instant at, const std::string& zone) {
  if (!choose(zone)) return std::nullopt;
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  const time_t seconds = second.time_since_epoch().count();
  struct tm time{};
  localtime_r(&seconds, &time);
  return to_local_time(time, at - second);
}

}  // namespace cb::os
