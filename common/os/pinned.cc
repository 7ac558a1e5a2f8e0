#include "os/pinned.h"

#include <fcntl.h>

#include <cerrno>

#include "os/file.h"

namespace cb::os {

Fd pin(const std::string& path) { return pin(AT_FDCWD, path); }

Fd pin(int directory, const std::string& name) {
  return Fd(openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
}

std::string path_of_pinned(int pinned) { return "/proc/self/fd/" + std::to_string(pinned); }

Fd open_pinned(int pinned) {
  const std::string path = path_of_pinned(pinned);
  constexpr int kHow = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  Fd fd(open(path.c_str(), kHow | O_NOATIME));
  if (!fd && errno == EPERM)
    fd = Fd(open(path.c_str(), kHow));                     // only its owner may leave no trace
  if (!fd && errno == ENOENT) fail("open", path, ENOENT);  // there is no /proc
  return fd;
}

}  // namespace cb::os
