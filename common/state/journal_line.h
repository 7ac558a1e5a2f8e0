// One line of the journal, as text: {"seq":N,"at":"…",…,"sum":"…"}.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "os/append_file.h"

namespace cb::state {

// How each begins; what must be known of it without reading it as JSON.
void begin_line(std::string& text, int64_t seq, Instant at);
// Ends the line that begins at `begin` of `text`: with the XXH3-64 of its bytes up to ,"sum":
void seal_line(std::string& text, size_t begin);

struct LineHead {
  int64_t seq = 0;
  Instant at;
};
// Of a line without its newline; nullopt when it is damaged.
std::optional<LineHead> check_line(std::string_view line);

// Of the beginning of a line, unchecked.
std::optional<LineHead> read_head(std::string_view line);

// Calls `each` with the lines of `file` from `offset` on, without their newlines, until it returns
// false. Returns whether something without a newline is left at the end.
bool read_lines(const os::AppendFile& file, uint64_t offset,
                const std::function<bool(std::string_view)>& each);

}  // namespace cb::state
