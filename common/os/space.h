// Room on the file system.
#pragma once

#include <cstdint>
#include <string>

namespace cb::os {

// Bytes that may still be written where `path` is, by whom the process runs as. Throws when it
// cannot be told.
uint64_t free_space(const std::string& path);

// Makes a file of `size` bytes that are there, not only promised. Throws as in os/file.h and leaves
// nothing then.
void allocate_file(const std::string& path, uint64_t size);

}  // namespace cb::os
