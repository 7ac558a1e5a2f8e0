// A file, a pipe or standard input, read once from its beginning to its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "os/fd.h"

namespace cb::os {

class Input {
 public:
  // "-" is standard input. Throws Error{Fault::data} "read PATH: cause", also for a directory.
  explicit Input(const std::string& path);

  enum class Got {
    bytes,    // at least one
    nothing,  // none came in time
    end,      // none ever again
  };
  // Appends at most `limit` bytes to `buffer`. Waits at most `patience` for the first of them
  // (nullopt: for ever).
  Got read(std::string& buffer, size_t limit, std::optional<Duration> patience);

  std::optional<uint64_t> size() const;  // of a regular file

 private:
  Fd own_;  // none when it is standard input
  int fd_;
  std::string path_;
};

}  // namespace cb::os
