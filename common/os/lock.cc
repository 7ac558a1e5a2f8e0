#include "os/lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdio>
#include <sstream>

#include "os/clock.h"
#include "os/file.h"

namespace cb::os {
namespace {

Fd open_lock_file(const std::string& path) {
  Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600));
  if (!fd) fail("lock", path, errno);
  return fd;
}

// True when taken; false when somebody else has it or, in a blocking call, a signal came.
bool take_flock(int fd, int how, const std::string& path) {
  if (flock(fd, LOCK_EX | how) == 0) return true;
  if (errno == EWOULDBLOCK || errno == EINTR) return false;
  fail("lock", path, errno);
}

bool is_still_named(int fd, const std::string& path) {
  struct stat held{}, named{};
  return fstat(fd, &held) == 0 && stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

// While it lives, SIGALRM interrupts blocking system calls after `patience`, and then again and
// again: a signal that came just before the call began to block would otherwise be lost.
class Alarm {
 public:
  explicit Alarm(Duration patience) {
    struct sigaction interrupt{};
    interrupt.sa_handler = [](int) {};
    sigaction(SIGALRM, &interrupt, &old_action_);
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarm, &old_mask_);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(patience);
    const itimerval timer{
        .it_interval = {.tv_sec = 0, .tv_usec = 10'000},
        .it_value = {.tv_sec = seconds.count(), .tv_usec = (patience - seconds).count() * 1000}};
    setitimer(ITIMER_REAL, &timer, nullptr);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() {
    const itimerval off{};
    setitimer(ITIMER_REAL, &off, nullptr);
    sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
    sigaction(SIGALRM, &old_action_, nullptr);
  }

 private:
  struct sigaction old_action_{};
  sigset_t old_mask_{};
};

struct flock byte_range(int64_t offset) {
  struct flock range{};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = offset;
  range.l_len = 1;
  return range;
}

}  // namespace

FileLock::FileLock(std::string path) : path_(std::move(path)) {}

bool FileLock::try_lock() {
  while (true) {
    if (!fd_) fd_ = open_lock_file(path_);
    if (!take_flock(fd_.get(), LOCK_NB, path_)) return false;
    if (is_still_named(fd_.get(), path_)) return locked_ = true;
    fd_.reset();  // the file was removed or replaced: a lock on it would exclude nobody
  }
}

bool FileLock::lock(Duration patience) {
  if (try_lock()) return true;
  if (patience <= Duration::zero()) return false;
  const Duration deadline = boot_time() + patience;
  const Alarm alarm(patience);
  while (boot_time() < deadline) {
    if (!take_flock(fd_.get(), 0, path_)) continue;
    if (is_still_named(fd_.get(), path_)) return locked_ = true;
    fd_ = open_lock_file(path_);
  }
  return false;
}

void FileLock::unlock() {
  if (locked_ && flock(fd_.get(), LOCK_UN) != 0) fail("unlock", path_, errno);
  locked_ = false;
}

std::optional<pid_t> FileLock::holder() const {
  struct stat info{};
  if (stat(path_.c_str(), &info) != 0) return std::nullopt;
  char file[64];
  std::snprintf(file, sizeof file, "%02x:%02x:%ju", major(info.st_dev), minor(info.st_dev),
                static_cast<uintmax_t>(info.st_ino));
  std::istringstream table(read_file("/proc/locks").value_or(""));
  // "1: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF"; of those who wait, "1: -> FLOCK  …".
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string number, type, mode, access, place;
    pid_t pid = 0;
    fields >> number >> type >> mode >> access >> pid >> place;
    if (type == "FLOCK" && place == file && pid > 0) return pid;
  }
  return std::nullopt;
}

std::optional<ByteLock> ByteLock::try_take(const std::string& path, int64_t offset) {
  Fd fd = open_lock_file(path);
  struct flock range = byte_range(offset);
  if (fcntl(fd.get(), F_OFD_SETLK, &range) == 0) return ByteLock(std::move(fd), offset);
  if (errno == EAGAIN || errno == EACCES) return std::nullopt;
  fail("lock", path, errno);
}

bool is_byte_locked(const std::string& path, int64_t offset) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd && errno == ENOENT) return false;
  struct flock range = byte_range(offset);
  if (!fd || fcntl(fd.get(), F_OFD_GETLK, &range) != 0) fail("examine the lock of", path, errno);
  return range.l_type != F_UNLCK;
}

}  // namespace cb::os
