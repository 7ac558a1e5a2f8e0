#include "os/snapshot.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/error.h"
#include "os/file.h"

namespace cb::os {
namespace {

constexpr int kTries = 8;
constexpr int64_t kSecond = 1'000'000'000;

// Nanoseconds since 1970 end in the year 2262; a file may claim to be of any.
int64_t nanoseconds(const timespec& at) {
  return std::clamp<int64_t>(at.tv_sec, 0, 9'000'000'000) * kSecond + at.tv_nsec;
}

// The later of both times: a file that is moved into place keeps its time of writing.
int64_t version_of(const struct stat& info) {
  return std::max(nanoseconds(info.st_mtim), nanoseconds(info.st_ctim));
}

std::optional<struct stat> examine(const std::string& path) {
  struct stat info{};
  if (lstat(path.c_str(), &info) == 0) return info;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  fail("examine", path, errno);
}

bool holds(const std::string& path, std::string_view bytes) {
  const auto found = read_file(path);
  return found && *found == bytes;
}

// The next bytes of the file, in a file of its own beside it. The name is fixed, so that what a
// killed process leaves is taken away by the next one.
class Successor {
 public:
  explicit Successor(const std::string& target)
      : path_(parent_path(target) + "/." + target.substr(target.rfind('/') + 1) + ".new") {
    remove_file(path_);
    fd_.reset(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd_) fail("create", path_, errno);
  }
  Successor(const Successor&) = delete;
  Successor& operator=(const Successor&) = delete;
  ~Successor() { unlink(path_.c_str()); }

  const std::string& path() const { return path_; }
  struct stat info() const { return status_of(fd_.get(), path_); }

  void take_attributes(const struct stat& old) const {
    mode_t mode = old.st_mode & 07777;
    if (fchown(fd_.get(), old.st_uid, old.st_gid) != 0 &&
        fchown(fd_.get(), static_cast<uid_t>(-1), old.st_gid) != 0) {
      mode &= ~static_cast<mode_t>(S_IRWXG);  // the mode's group would be another one
    }
    if (fchmod(fd_.get(), mode) != 0) fail("set the mode of", path_, errno);
  }

  void write(std::string_view bytes, int64_t newer_than) const {
    write_all(fd_.get(), bytes, path_);
    if (nanoseconds(info().st_mtim) <= newer_than) {
      const int64_t at = newer_than + 1;
      const timespec time{.tv_sec = at / kSecond, .tv_nsec = at % kSecond};
      const timespec times[2] = {time, time};
      if (futimens(fd_.get(), times) != 0) fail("set the time of", path_, errno);
    }
    if (fsync(fd_.get()) != 0) fail("sync", path_, errno);
  }

 private:
  std::string path_;
  Fd fd_;
};

enum class Exchange { done, gone, unsupported };

Exchange exchange(const std::string& a, const std::string& b) {
  if (renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) {
    return Exchange::done;
  }
  if (errno == ENOENT) return Exchange::gone;
  if (errno == EINVAL || errno == ENOSYS) return Exchange::unsupported;
  fail("replace", b, errno);
}

// `spare` holds what somebody saved over `path` at the last moment, and `path` what we put there:
// back with theirs. They may have saved once more meanwhile; then the last one stays.
void put_back(const std::string& spare, const std::string& path, ino_t ours) {
  ino_t placed = ours;
  for (int i = 0; i < kTries; ++i) {
    const auto theirs = examine(spare);
    if (!theirs || exchange(spare, path) != Exchange::done) return;
    const auto replaced = examine(spare);
    if (!replaced || replaced->st_ino == placed) return;
    placed = theirs->st_ino;
  }
}

bool put_in_place(const Successor& successor, const std::string& path, std::string_view expected) {
  if (!holds(path, expected)) return false;
  switch (exchange(successor.path(), path)) {
    case Exchange::gone:
      return false;
    case Exchange::unsupported:
      if (rename(successor.path().c_str(), path.c_str()) != 0) fail("replace", path, errno);
      return true;
    case Exchange::done:
      break;
  }
  if (holds(successor.path(), expected)) return true;
  put_back(successor.path(), path, successor.info().st_ino);
  return false;
}

}  // namespace

std::optional<std::string> real_path(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  if (!error) return real.string();
  if (error.value() == ENOENT || error.value() == ENOTDIR) return std::nullopt;
  fail("read", path, error.value());
}

std::optional<Snapshot> read_snapshot(const std::string& path) {
  for (int i = 0; i < kTries; ++i) {
    const auto before = examine(path);
    if (!before) return std::nullopt;
    auto bytes = read_file(path);
    const auto after = examine(path);
    if (!bytes || !after) return std::nullopt;
    if (before->st_ino == after->st_ino && version_of(*before) == version_of(*after)) {
      return Snapshot{std::move(*bytes), version_of(*after)};
    }
  }
  throw Error(Fault::temporary, "read " + path + ": it is changed all the time");
}

std::optional<int64_t> replace_unchanged(const std::string& path, const Snapshot& read,
                                         std::string_view bytes) {
  const auto old = examine(path);
  if (!old) return std::nullopt;
  const Successor successor(path);
  successor.take_attributes(*old);
  successor.write(bytes, std::max(read.version, version_of(*old)));
  if (!put_in_place(successor, path, read.bytes)) return std::nullopt;
  const int64_t version = version_of(successor.info());
  sync_path(parent_path(path));
  return version;
}

}  // namespace cb::os
