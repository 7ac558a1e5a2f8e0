// The look of the progress bar, and the one that may be on the terminal now.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cb::cli {

// "polling board  [#####.....]  512/1024  50%" within `width` cells; total 0: "polling board  512".
std::string progress_line(std::string_view label, uint64_t done, uint64_t total, int width);

// Takes the bar off the terminal, so that something else can be printed there.
void wipe_progress();

}  // namespace cb::cli
