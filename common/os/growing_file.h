// A file that is read while another process appends to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "os/fd.h"

namespace cb::os {

class GrowingFile {
 public:
  // nullopt when there is none. Refuses anything but a regular file (Fault::permanent).
  static std::optional<GrowingFile> open(const std::string& path);

  int64_t size() const;  // now
  // At most `limit` bytes from `offset` on; "" at the end.
  std::string read(int64_t offset, size_t limit) const;

 private:
  GrowingFile(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Fd fd_;
  std::string path_;
};

}  // namespace cb::os
