#include "os/space.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "os/file.h"

namespace cb::os {

uint64_t free_space(const std::string& path) {
  struct statvfs found{};
  if (statvfs(path.c_str(), &found) != 0) fail("examine", path, errno);
  return static_cast<uint64_t>(found.f_bavail) * found.f_frsize;
}

void allocate_file(const std::string& path, uint64_t size) {
  const Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600));
  if (!fd) fail("create", path, errno);
  const int code = posix_fallocate(fd.get(), 0, static_cast<off_t>(size));
  if (code == 0) return;
  unlink(path.c_str());
  fail("create", path, code);
}

}  // namespace cb::os
