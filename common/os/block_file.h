// A file that is written and read at any place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "os/fd.h"

namespace cb::os {

// Throws Error "verb path: cause" like the functions of file.h. Not for the store's database.
class BlockFile {
 public:
  static BlockFile create(const std::string& path);  // 0600; there must be none of that name
  static BlockFile open(const std::string& path);    // for reading

  void write_at(uint64_t offset, std::string_view bytes);
  // Fills `buffer` with up to `size` bytes from `offset` on; less only at the end of the file.
  void read_at(uint64_t offset, size_t size, std::string& buffer) const;
  void set_size(uint64_t size);  // what is added is zeros
  uint64_t size() const;
  void sync();

 private:
  BlockFile(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Fd fd_;
  std::string path_;
};

}  // namespace cb::os
