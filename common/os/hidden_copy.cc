#include "os/hidden_copy.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "os/copy.h"
#include "os/file.h"

namespace cb::os {
namespace {

constexpr int kMostCopies = 64;  // at one time, in one directory

bool is_locked_by_us(int fd) {
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    // A file system without locks: then none of them tells another copy from a leftover.
    if (errno != EINTR) return errno == ENOLCK || errno == ENOSYS || errno == EOPNOTSUPP;
  }
  return true;
}

bool has_name(int fd, int directory, const std::string& name) {
  struct stat held{}, named{};
  return fstat(fd, &held) == 0 &&
         fstatat(directory, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

// Removes what a dead process left. It may be a second name of a finished file: it is never written
// to.
void remove_leftover(int directory, const std::string& name) {
  const Fd old(
      openat(directory, name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status{};
  if (!old || fstat(old.get(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (is_locked_by_us(old.get()) && has_name(old.get(), directory, name)) {
    unlinkat(directory, name.c_str(), 0);
  }
}

// None when somebody else has that name.
Fd create_locked(int directory, const std::string& name, const std::string& path) {
  remove_leftover(directory, name);
  Fd fd(openat(directory, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd && errno != EEXIST) fail("create", path, errno);
  // Between creation and lock another process may have taken it for a leftover.
  if (fd && !(is_locked_by_us(fd.get()) && has_name(fd.get(), directory, name))) return {};
  return fd;
}

void take_over_attributes(int fd, const struct stat& status, const std::string& path) {
  mode_t mode = status.st_mode & 0777;
  if (fchown(fd, status.st_uid, status.st_gid) != 0 &&
      fchown(fd, static_cast<uid_t>(-1), status.st_gid) != 0) {
    mode &= ~static_cast<mode_t>(S_IRWXG);  // the mode's group would be another one
  }
  // FAT has no modes; that is no reason to fail.
  if (fchmod(fd, mode) != 0 && errno != EPERM && errno != EOPNOTSUPP)
    fail("set the mode of", path, errno);
  const std::array<timespec, 2> times{status.st_atim, status.st_mtim};
  if (futimens(fd, times.data()) != 0 && errno != EPERM && errno != EOPNOTSUPP) {
    fail("set the time of", path, errno);
  }
}

}  // namespace

HiddenCopy::HiddenCopy(int directory, std::string path)
    : directory_(directory), path_(std::move(path)) {
  for (int number = 1; number <= kMostCopies && !fd_; ++number) {
    name_ = ".cb-copying-" + std::to_string(number);
    fd_ = create_locked(directory, name_, path_);
  }
  if (!fd_) {
    name_.clear();
    throw Error(Fault::temporary, "create " + path_ + ": too many copies are being made there");
  }
}

HiddenCopy::~HiddenCopy() {
  if (!name_.empty()) unlinkat(directory_, name_.c_str(), 0);
}

uint64_t HiddenCopy::fill(int source, const struct stat& status) {
  const uint64_t size = copy_bytes(source, fd_.get(), path_);
  take_over_attributes(fd_.get(), status, path_);
  if (fsync(fd_.get()) != 0) fail("sync", path_, errno);
  return size;
}

bool HiddenCopy::give_name(const std::string& name) {
  if (!give_free_name(directory_, name_, name)) return false;
  name_.clear();
  return true;
}

}  // namespace cb::os
