#include "os/settled.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/digest.h"
#include "os/env.h"
#include "os/file.h"
#include "os/pinned.h"

namespace cb::os {
namespace {

constexpr size_t kReadSize = 256 * 1024;

bool is_gone(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ESTALE;
}

Reading refusal(int error) {
  if (fault_of(error) == Fault::temporary) fail("read", "a file", error);
  return {.is = Reading::Is::refused, .error = error};
}

// Network file systems answer EAGAIN when they only lack the server's word for it.
bool tells_of_writers(int fd) { return !network_file_system(path_of_pinned(fd)); }

bool is_being_written(int fd) {
  // Should a writer come while we have the lease, the kernel sends us a signal. SIGIO would end the
  // process; this one is ignored unless somebody asked for it.
  if (fcntl(fd, F_SETSIG, SIGURG) != 0) return false;
  if (fcntl(fd, F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN;
  fcntl(fd, F_SETLEASE, F_UNLCK);
  return false;
}

struct Contents {
  Digest digest;
  int64_t size = 0;
  int error = 0;
  bool is_stopped = false;
};

void read_contents(int fd, const std::function<bool()>& go_on, Contents& contents) {
  std::vector<char> block(kReadSize);
  while (true) {
    if (!go_on()) {
      contents.is_stopped = true;
      return;
    }
    const ssize_t count = read(fd, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) contents.error = errno;
    if (count <= 0) return;
    contents.digest.add({block.data(), static_cast<size_t>(count)});
    contents.size += count;
  }
}

}  // namespace

Reading read_settled(const std::string& path, const FileStatus& expected,
                     const std::function<bool()>& go_on) {
  const Fd pinned = pin(path);
  if (!pinned) return is_gone(errno) ? Reading{} : refusal(errno);
  if (file_status(pinned.get()) != expected) return {};
  const Fd fd = open_pinned(pinned.get());
  // Somebody's lease: they may be writing what they have not given to the kernel yet.
  if (!fd && errno == EWOULDBLOCK) return {.is = Reading::Is::being_written};
  if (!fd) return is_gone(errno) ? Reading{} : refusal(errno);

  const bool is_told = tells_of_writers(fd.get());
  if (is_told && is_being_written(fd.get())) return {.is = Reading::Is::being_written};
  Contents contents;
  read_contents(fd.get(), go_on, contents);
  if (contents.is_stopped) return {.is = Reading::Is::stopped};
  if (contents.error != 0) return is_gone(contents.error) ? Reading{} : refusal(contents.error);
  if (is_told && is_being_written(fd.get())) return {.is = Reading::Is::being_written};
  const bool is_whole = contents.size == expected.size && file_status(fd.get()) == expected &&
                        file_status(path) == expected;
  if (!is_whole) return {};
  return {.is = Reading::Is::whole, .digest = contents.digest.hex()};
}

}  // namespace cb::os
