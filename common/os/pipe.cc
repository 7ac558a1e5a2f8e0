#include "os/pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "os/file.h"

namespace cb::os {

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("create", "a pipe", errno);
  return {Fd(ends[0]), Fd(ends[1])};
}

void make_nonblocking(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) fail("set up", "a pipe", errno);
}

Flow read_available(int fd, std::string& buffer, size_t limit) {
  const size_t used = buffer.size();
  buffer.resize(used + limit);
  ssize_t count = 0;
  do {
    count = read(fd, buffer.data() + used, limit);
  } while (count < 0 && errno == EINTR);
  const int error = errno;
  buffer.resize(used + static_cast<size_t>(std::max<ssize_t>(count, 0)));
  if (count > 0) return Flow::moved;
  if (count == 0) return Flow::closed;
  if (error == EAGAIN) return Flow::waits;
  fail("read", "a pipe", error);
}

Flow write_available(int fd, std::string& bytes) {
  ssize_t count = 0;
  do {
    count = write(fd, bytes.data(), bytes.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0 && errno == EAGAIN) return Flow::waits;
  if (count < 0 && errno == EPIPE) return Flow::closed;
  if (count < 0) fail("write", "a pipe", errno);
  bytes.erase(0, static_cast<size_t>(count));
  return Flow::moved;
}

void wait_for(std::span<pollfd> descriptors, std::optional<Duration> timeout) {
  int millis = -1;
  if (timeout) {
    constexpr int64_t kLongest = std::numeric_limits<int>::max();
    millis = static_cast<int>(std::clamp<int64_t>(timeout->count(), 0, kLongest));
  }
  if (poll(descriptors.data(), descriptors.size(), millis) < 0 && errno != EINTR) {
    fail("wait for", "a pipe", errno);
  }
}

}  // namespace cb::os
