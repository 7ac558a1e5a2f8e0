#include "os/block_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "os/file.h"

namespace cb::os {

BlockFile BlockFile::create(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) fail("create", path, errno);
  return {std::move(fd), path};
}

BlockFile BlockFile::open(const std::string& path) { return {open_to_read(path), path}; }

void BlockFile::write_at(uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("write", path_, errno);
    bytes.remove_prefix(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
}

void BlockFile::read_at(uint64_t offset, size_t size, std::string& buffer) const {
  buffer.resize(size);
  size_t used = 0;
  while (used < size) {
    const ssize_t count =
        pread(fd_.get(), buffer.data() + used, size - used, static_cast<off_t>(offset + used));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path_, errno);
    if (count == 0) break;
    used += static_cast<size_t>(count);
  }
  buffer.resize(used);
}

void BlockFile::set_size(uint64_t size) {
  if (ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) fail("resize", path_, errno);
}

uint64_t BlockFile::size() const {
  return static_cast<uint64_t>(status_of(fd_.get(), path_).st_size);
}

void BlockFile::sync() {
  if (fdatasync(fd_.get()) != 0) fail("sync", path_, errno);
}

}  // namespace cb::os
