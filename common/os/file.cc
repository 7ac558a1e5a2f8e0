#include "os/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

namespace cb::os {
namespace {

Fd open_file(const std::string& path, int flags, std::string_view verb) {
  Fd fd(open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0600));
  if (!fd) fail(verb, path, errno);
  return fd;
}

void sync_data(int fd, std::string_view name) {
  if (fdatasync(fd) != 0) fail("sync", name, errno);
}

// Closing is the last chance of a network file system to say that the bytes did not arrive.
void close_written(Fd fd, std::string_view name) {
  if (close(fd.release()) != 0) fail("write", name, errno);
}

// What `path` names once its last component is followed through symbolic links, which may dangle.
std::string follow_links(std::string path) {
  for (int depth = 0; depth < 40; ++depth) {
    char target[PATH_MAX];
    const ssize_t size = readlink(path.c_str(), target, sizeof target);
    if (size < 0) return path;
    const std::string link(target, static_cast<size_t>(size));
    path = link.starts_with('/') ? link : parent_path(path) + '/' + link;
  }
  fail("replace", path, ELOOP);
}

// A new file that is removed again unless it is renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& target) {
    const std::string name = target.substr(target.rfind('/') + 1).substr(0, NAME_MAX - 8);
    path_ = parent_path(target) + "/." + name + ".XXXXXX";
    fd_.reset(mkostemp(path_.data(), O_CLOEXEC));
    if (!fd_) fail("create", path_, errno);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!path_.empty()) unlink(path_.c_str());
  }

  const std::string& path() const { return path_; }
  int descriptor() const { return fd_.get(); }

  void rename_to(const std::string& target) {
    close_written(std::move(fd_), target);
    if (rename(path_.c_str(), target.c_str()) != 0) fail("replace", target, errno);
    path_.clear();
  }

 private:
  std::string path_;
  Fd fd_;
};

// The owner is kept where the kernel allows it; that it may not is no reason to fail.
void copy_attributes(const std::string& from, const TemporaryFile& to) {
  struct stat old{};
  if (stat(from.c_str(), &old) != 0) return;
  const auto fresh = status_of(to.descriptor(), to.path());
  if (old.st_uid != fresh.st_uid || old.st_gid != fresh.st_gid) {
    if (fchown(to.descriptor(), old.st_uid, old.st_gid) != 0 &&
        fchown(to.descriptor(), fresh.st_uid, old.st_gid) != 0) {
      old.st_mode &= ~static_cast<mode_t>(S_IRWXG);  // the mode's group would be another one
    }
  }
  if (fchmod(to.descriptor(), old.st_mode & 07777) != 0) fail("set the mode of", to.path(), errno);
}

std::string read_to_end(int fd, const std::string& path, size_t size, size_t limit) {
  // One more, to see the end without growing. What the kernel makes up has size 0, and some of it
  // is told in one read or never.
  std::string bytes(size == 0 ? 4096 : size + 1, '\0');
  size_t used = 0;
  while (true) {
    const ssize_t count = read(fd, bytes.data() + used, bytes.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path, errno);
    used += static_cast<size_t>(count);
    if (used > limit) fail("read", path, EFBIG);
    if (count == 0) break;
    if (used == bytes.size()) bytes.resize(used * 2 + 4096);
  }
  bytes.resize(used);
  return bytes;
}

}  // namespace

Fault fault_of(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
      return Fault::temporary;
    default:
      return Fault::permanent;
  }
}

void fail(std::string_view verb, std::string_view object, int error_number) {
  std::string line(verb);
  line.append(" ").append(object).append(": ").append(strerror(error_number));
  throw Error(fault_of(error_number), line);
}

struct stat status_of(int fd, const std::string& path) {
  struct stat found{};
  if (fstat(fd, &found) != 0) fail("examine", path, errno);
  return found;
}

bool exists(const std::string& path) {
  struct stat info{};
  return lstat(path.c_str(), &info) == 0;
}

bool is_directory(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::optional<FileId> file_id(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return FileId{.device = info.st_dev, .inode = info.st_ino};
}

std::string file_stamp(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return "";
  return std::to_string(status.st_ino) + "-" + std::to_string(status.st_size) + "-" +
         std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
}

std::optional<Instant> file_changed_at(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return from_millis(int64_t{info.st_mtim.tv_sec} * 1000 + info.st_mtim.tv_nsec / 1'000'000);
}

std::optional<uint64_t> file_size(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return static_cast<uint64_t>(info.st_size);
}

PrivateCreation::PrivateCreation() : old_mask_(umask(077)) {}

PrivateCreation::~PrivateCreation() { umask(old_mask_); }

std::optional<std::string> read_file(const std::string& path, size_t limit) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!fd) fail("read", path, errno);
  struct stat info{};
  if (fstat(fd.get(), &info) != 0) fail("read", path, errno);
  if (!S_ISREG(info.st_mode)) {
    throw Error(Fault::permanent, "read " + path + ": not a regular file");
  }
  const auto size = static_cast<size_t>(info.st_size);
  if (size > limit) fail("read", path, EFBIG);
  return read_to_end(fd.get(), path, size, limit);
}

Fd open_to_read(const std::string& path) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) fail("open", path, errno);
  return fd;
}

Fd open_to_append(const std::string& path) {
  Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd) fail("open", path, errno);
  return fd;
}

void write_all(int fd, std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("write", name, errno);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
}

void empty_file(int fd, const std::string& path) {
  if (ftruncate(fd, 0) != 0) fail("empty", path, errno);
}

void write_file(const std::string& path, std::string_view bytes, Sync sync) {
  Fd fd = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, "write");
  write_all(fd.get(), bytes, path);
  if (sync != Sync::none) sync_data(fd.get(), path);
  close_written(std::move(fd), path);
  if (sync == Sync::file_and_directory) sync_path(parent_path(path));
}

Fd create_to_read(const std::string& path, std::string_view bytes) {
  Fd fd = open_file(path, O_RDWR | O_CREAT | O_TRUNC, "write");
  write_all(fd.get(), bytes, path);
  if (lseek(fd.get(), 0, SEEK_SET) != 0) fail("write", path, errno);
  return fd;
}

void replace_file(const std::string& path, std::string_view bytes, Sync sync) {
  const std::string target = follow_links(path);
  TemporaryFile temporary(target);
  copy_attributes(target, temporary);
  write_all(temporary.descriptor(), bytes, target);
  if (sync != Sync::none) sync_data(temporary.descriptor(), target);
  temporary.rename_to(target);
  if (sync == Sync::file_and_directory) sync_path(parent_path(target));
}

void make_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return;
  const int error = errno;
  if (error == EEXIST && is_directory(path)) return;
  fail("create", path, error);
}

void make_directories(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return;
  if (errno != ENOENT) return make_directory(path);
  const std::string parent = parent_path(path);
  if (parent != path) make_directories(parent);
  make_directory(path);
}

bool rename_path(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  fail("rename", from, errno);
}

std::vector<std::string> list_directory(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  std::vector<std::string> names;
  if (!directory && errno == ENOENT) return names;
  if (!directory) fail("list", path, errno);
  while (true) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) fail("list", path, errno);
  return names;
}

void remove_all(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) fail("remove", path, error.value());
}

void remove_file(const std::string& path) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT) fail("remove", path, errno);
}

void sync_path(const std::string& path) {
  sync_data(open_file(path, O_RDONLY | O_NONBLOCK, "sync").get(), path);
}

std::string resolve_path(const std::string& path, const std::string& base,
                         const std::string& home) {
  std::filesystem::path whole = base;
  if (path == "~" || path.starts_with("~/")) {
    whole = home + path.substr(1);
  } else {
    whole /= path;
  }
  std::string text = whole.lexically_normal().string();
  if (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

std::string parent_path(const std::string& path) {
  const size_t end = path.find_last_not_of('/');
  const size_t slash = end == std::string::npos ? 0 : path.rfind('/', end);
  if (slash == std::string::npos) return ".";
  const size_t last = path.find_last_not_of('/', slash);
  return last == std::string::npos ? "/" : path.substr(0, last + 1);
}

std::string working_directory() {
  std::error_code error;
  const auto path = std::filesystem::current_path(error);
  if (error) fail("find", "the working directory", error.value());
  return path.string();
}

std::string program_directory() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "" : path.parent_path().string();
}

}  // namespace cb::os
