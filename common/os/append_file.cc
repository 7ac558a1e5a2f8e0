#include "os/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "os/file.h"

namespace cb::os {
namespace {

constexpr int kFlags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

Fd open_regular(const std::string& path, int flags) {
  Fd fd(open(path.c_str(), flags | kFlags, 0600));
  if (fd && !S_ISREG(status_of(fd.get(), path).st_mode))
    throw Error(Fault::permanent, "open " + path + ": not a regular file");
  return fd;
}

}  // namespace

std::optional<AppendFile> AppendFile::open(const std::string& path) {
  Fd fd = open_regular(path, O_RDWR | O_APPEND);
  if (!fd && errno == EACCES) fd = open_regular(path, O_RDONLY);
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) fail("open", path, errno);
  return AppendFile(std::move(fd), path);
}

AppendFile AppendFile::create(const std::string& path) {
  Fd fd = open_regular(path, O_RDWR | O_APPEND | O_CREAT);
  if (!fd) fail("create", path, errno);
  return {std::move(fd), path};
}

AppendFile::Status AppendFile::status() const {
  const auto found = status_of(fd_.get(), path_);
  return {.size = static_cast<uint64_t>(found.st_size),
          .modified = Instant(std::chrono::seconds(found.st_mtim.tv_sec) +
                              std::chrono::milliseconds(found.st_mtim.tv_nsec / 1'000'000)),
          .is_finished = found.st_nlink == 0 || (found.st_mode & S_IWUSR) == 0};
}

std::string AppendFile::read(uint64_t offset, size_t size) const {
  std::string bytes(size, '\0');
  size_t used = 0;
  while (used < size) {
    const auto got =
        pread(fd_.get(), bytes.data() + used, size - used, static_cast<off_t>(offset + used));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read", path_, errno);
    if (got == 0) break;
    used += static_cast<size_t>(got);
  }
  bytes.resize(used);
  return bytes;
}

void AppendFile::append(std::string_view bytes) { write_all(fd_.get(), bytes, path_); }

void AppendFile::cut(uint64_t size) {
  while (ftruncate(fd_.get(), static_cast<off_t>(size)) != 0)
    if (errno != EINTR) fail("cut", path_, errno);
}

void AppendFile::finish() {
  if (fdatasync(fd_.get()) != 0) fail("sync", path_, errno);
  if (fchmod(fd_.get(), 0400) != 0) fail("set the mode of", path_, errno);
}

}  // namespace cb::os
