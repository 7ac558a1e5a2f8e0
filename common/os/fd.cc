#include "os/fd.h"

#include <unistd.h>

namespace cb::os {

void Fd::reset(int fd) {
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
}

}  // namespace cb::os
