// The journal of a recorded world: one entry for each call that changed a file, in the order in
// which they were made. Written by recorder.cc within the tools, read by disk.cc.
#pragma once

#include <stdint.h>

namespace cb::crash {

enum class Op : uint32_t {
  write,     // data at offset
  truncate,  // to offset
  sync,      // of a file or directory
  create,    // an empty file that was not there
  make_directory,
  rename,    // path to other
  exchange,  // path and other
  unlink,
  link,  // other leads to the file of path too
  say,   // data was printed on stdout
};

// Followed by path, other and data, without gaps.
struct EntryHead {
  Op op;
  uint32_t path_size, other_size, data_size;
  uint64_t inode;  // of an open file
  uint64_t offset;
};

}  // namespace cb::crash
