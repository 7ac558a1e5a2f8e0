// The end of the journal, where the next line goes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "os/append_file.h"
#include "state/layout.h"

namespace cb::state {

// When a file is finished, and another begun.
struct JournalLimits {
  uint64_t bytes = uint64_t{64} << 20;
  Duration age = std::chrono::days(1);  // of its first line
};

// To be used inside of the write gate alone: then nobody else appends.
class JournalEnd {
 public:
  explicit JournalEnd(const Layout& layout, const JournalLimits& limits = {})
      : layout_(layout), limits_(limits) {}

  // Looks where the journal ends now, if others wrote to it or nobody looked yet. A damaged last
  // line, and what follows the first damaged one near the end, does not count.
  enum class Found { as_left, moved };
  Found find();
  // The number of the last good line; 0: none.
  int64_t last() const { return last_; }

  // Appends lines, of which the last is event `last`; before, cuts off what did not count. A file
  // that has reached a limit is finished, and another begun. What it throws leaves the end unknown:
  // find() again.
  void append(std::string_view lines, int64_t last);

 private:
  void locate();
  void look_from(uint64_t offset, uint64_t size);
  void begin_file(std::string_view lines);
  bool is_full(std::string_view lines) const;

  Layout layout_;
  JournalLimits limits_;
  std::optional<os::AppendFile> file_;  // the newest; none: there is none, or nobody looked
  bool is_known_ = false;
  uint64_t size_ = 0;             // of the file
  uint64_t end_ = 0;              // of its good lines
  std::optional<Instant> begun_;  // its first line
  int64_t last_ = 0;
};

}  // namespace cb::state
