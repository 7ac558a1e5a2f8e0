// Words and lines for people.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "cli/output.h"
#include "state/runs.h"

namespace cb::status {

// Of a state's word. Colour is never the only sign: the word stands there.
cli::Style state_style(std::string_view state);

// Since then; never negative, whatever the clock did.
Duration age(Instant since, Instant now);
// "2026-11-30T00:00:00.000Z (3m 2s ago)", "… (in 3m 2s)".
std::string describe_time(Instant at, Instant now);

// "failed, exit 3", "timed_out", "running".
std::string describe_outcome(const state::RunRow& run);

// Prints "label        value" with the value made printable. A label is given to the first of
// several lines that belong together, and is "" for the others.
void print_line(std::string_view label, std::string_view value,
                cli::Style style = cli::Style::plain, bool color = false);

}  // namespace cb::status
