// The machine's clocks and randomness.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace cb::os {

Instant system_now();
// Time since boot, suspended time included; never goes back.
Duration boot_time();
void sleep_for(std::chrono::microseconds time);  // shorter when a signal comes

uint64_t random64();
// 26 characters that sort by time: 48 bits of milliseconds and 80 random bits in Crockford's base
// 32 (ULID). Within one process each is greater than the one before.
std::string new_id(Instant now);

}  // namespace cb::os
