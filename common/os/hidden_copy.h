// A copy of a file under a hidden name beside the one that it is to have.
#pragma once

#include <sys/stat.h>

#include <string>

#include "os/fd.h"

namespace cb::os {

// Several processes may make copies in one directory; each has a hidden name of its own, locked, so
// that what a killed one left is known and taken away.
class HiddenCopy {
 public:
  // `path` is for errors.
  HiddenCopy(int directory, std::string path);
  HiddenCopy(const HiddenCopy&) = delete;
  HiddenCopy& operator=(const HiddenCopy&) = delete;
  ~HiddenCopy();  // removes it unless it got a name

  // Copies all bytes, the mode, the times, and where that is allowed the owner, durably. How many
  // bytes that were.
  uint64_t fill(int source, const struct stat& status);
  // False when the name is taken.
  bool give_name(const std::string& name);

 private:
  int directory_;
  std::string path_;
  std::string name_;  // "": has another name now
  Fd fd_;
};

}  // namespace cb::os
