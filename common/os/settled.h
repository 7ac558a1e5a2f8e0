// Reading a file only if nobody is writing it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "os/scan.h"

namespace cb::os {

struct Reading {
  enum class Is {
    whole,          // `digest` is of the bytes that `status` stands for
    changed,        // it is not, or no longer, the file of `expected`: look again later
    being_written,  // somebody has it open for writing
    refused,        // may not be read, or cannot be: `error`
    stopped,        // go_on() said no
  } is = Is::changed;
  std::string digest = {};  // cb::Digest of the content
  int error = 0;            // errno
};

// Reads `path`, which must still be the regular file of `expected`, from beginning to end. Whether
// somebody has it open for writing (or mapped so) is asked before and after, by a read lease that
// is given back at once, where the kernel tells: on local file systems, of files of one's own (or
// as root). Nobody who writes while it is held is kept waiting. Never waits for another process,
// never opens anything but a regular file, does not change the access time where it may. `go_on` is
// called before every block of 256 KiB. Throws Error{Fault::temporary} for lack of descriptors or
// memory.
Reading read_settled(const std::string& path, const FileStatus& expected,
                     const std::function<bool()>& go_on);

}  // namespace cb::os
