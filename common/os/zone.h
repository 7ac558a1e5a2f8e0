// Time zones, as the machine's database knows them.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace cb::os {

// What a wall clock shows.
struct LocalTime {
  int year = 1970, month = 1, day = 1;
  Duration since_midnight{};
};

LocalTime utc_time(Instant at);

// What the clocks of `zone` ("Europe/Oslo") show at `at`; nullopt when there is no such zone, or no
// database of them. Changes the zone of this process.
std::optional<LocalTime> local_time(Instant at, const std::string& zone);

}  // namespace cb::os
