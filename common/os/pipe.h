// Pipes that are read and written without waiting, and the one wait for them.
#pragma once

#include <poll.h>

#include <optional>
#include <span>
#include <string>

#include "base/time.h"
#include "os/fd.h"

namespace cb::os {

struct Pipe {
  Fd reader, writer;
};
Pipe make_pipe();  // both ends close-on-exec

// From now on reads and writes of `fd` return at once.
void make_nonblocking(int fd);

enum class Flow {
  moved,   // some bytes
  waits,   // none now
  closed,  // none ever again: the other end is gone
};
// Appends at most `limit` of the bytes that are there to `buffer`.
Flow read_available(int fd, std::string& buffer, size_t limit);
// Writes what fits and removes it from the front of `bytes`. SIGPIPE must be ignored.
Flow write_available(int fd, std::string& bytes);

// Waits until a descriptor is ready, a signal was handled, or `timeout` passed (nullopt: for ever).
void wait_for(std::span<pollfd> descriptors, std::optional<Duration> timeout);

}  // namespace cb::os
