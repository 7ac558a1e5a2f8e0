// What the fuzz targets share: input taken apart, and facts that must hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"

// Given by each target. Returns 0; a broken fact ends the process.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace cb::fuzz {

// One input, taken from its left end; an empty one yields zeros and "".
class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  bool is_empty() const { return rest_.empty(); }
  uint8_t take_byte() { return static_cast<uint8_t>(take(1)); }
  int64_t take_integer() { return static_cast<int64_t>(take(8)); }
  // Up to the next NUL or the end.
  std::string_view take_text() {
    const size_t end = rest_.find('\0');
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return text;
  }
  std::string_view take_rest() {
    const std::string_view rest = rest_;
    rest_ = {};
    return rest;
  }

 private:
  uint64_t take(size_t bytes) {
    uint64_t value = 0;
    for (; bytes > 0 && !rest_.empty(); --bytes) {
      value = value << 8 | static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
    }
    return value;
  }

  std::string_view rest_;
};

inline void require(bool holds, std::string_view fact, std::string_view seen = {}) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\nseen: %s\n", static_cast<int>(fact.size()),
               fact.data(), printable(seen).c_str());
  std::abort();
}

// What people are shown.
inline void require_printable(std::string_view text) {
  require(printable(text) == text, "it is safe for a terminal, on one line", text);
}

}  // namespace cb::fuzz
