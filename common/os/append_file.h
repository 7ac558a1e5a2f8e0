// A file that several processes lengthen, by turns that they agree on elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "os/fd.h"

namespace cb::os {

// What fails throws as in os/file.h.
class AppendFile {
 public:
  // An existing one; nullopt when there is none. One that was finished can only be read.
  static std::optional<AppendFile> open(const std::string& path);
  // A new one, 0600; an empty one that is there already will do.
  static AppendFile create(const std::string& path);

  struct Status {
    uint64_t size = 0;
    Instant modified;
    bool is_finished = false;  // by finish(), or removed: nobody may append any more
  };
  Status status() const;
  // At most `size` bytes from `offset` on; "" at the end.
  std::string read(uint64_t offset, size_t size) const;
  void append(std::string_view bytes);
  void cut(uint64_t size);  // what lies beyond is gone
  // Syncs it and takes the right to write from all, which tells those who have it open.
  void finish();
  const std::string& path() const { return path_; }

 private:
  AppendFile(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Fd fd_;
  std::string path_;
};

}  // namespace cb::os
