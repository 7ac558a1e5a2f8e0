#include "os/growing_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "os/file.h"

namespace cb::os {

std::optional<GrowingFile> GrowingFile::open(const std::string& path) {
  // Without O_NONBLOCK a named pipe in its place would wait for a writer.
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) fail("open", path, errno);
  if (!S_ISREG(status_of(fd.get(), path).st_mode))
    throw Error(Fault::permanent, "open " + path + ": not a regular file");
  return GrowingFile(std::move(fd), path);
}

int64_t GrowingFile::size() const { return status_of(fd_.get(), path_).st_size; }

std::string GrowingFile::read(int64_t offset, size_t limit) const {
  std::string bytes(limit, '\0');
  ssize_t got = 0;
  do {
    got = pread(fd_.get(), bytes.data(), limit, offset);
  } while (got < 0 && errno == EINTR);
  if (got < 0) fail("read", path_, errno);
  bytes.resize(static_cast<size_t>(got));
  return bytes;
}

}  // namespace cb::os
