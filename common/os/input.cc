#include "os/input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "os/pipe.h"

namespace cb::os {
namespace {

[[noreturn]] void refuse(const std::string& path, int error_number) {
  throw Error(Fault::data, "read " + path + ": " + std::strerror(error_number));
}

}  // namespace

Input::Input(const std::string& path)
    : own_(path == "-" ? -1 : open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      fd_(path == "-" ? STDIN_FILENO : own_.get()),
      path_(path) {
  if (fd_ < 0) refuse(path_, errno);
  struct stat status{};
  if (fstat(fd_, &status) == 0 && S_ISDIR(status.st_mode)) refuse(path_, EISDIR);
}

Input::Got Input::read(std::string& buffer, size_t limit, std::optional<Duration> patience) {
  pollfd descriptor{.fd = fd_, .events = POLLIN, .revents = 0};
  wait_for({&descriptor, 1}, patience);
  if (descriptor.revents == 0) return Got::nothing;
  const size_t used = buffer.size();
  buffer.resize(used + limit);
  const ssize_t count = ::read(fd_, buffer.data() + used, limit);
  const int error = errno;
  buffer.resize(used + static_cast<size_t>(std::max<ssize_t>(count, 0)));
  if (count > 0) return Got::bytes;
  if (count == 0) return Got::end;
  if (error == EINTR || error == EAGAIN) return Got::nothing;
  refuse(path_, error);
}

std::optional<uint64_t> Input::size() const {
  struct stat status{};
  if (fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<uint64_t>(status.st_size);
}

}  // namespace cb::os
