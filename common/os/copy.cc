#include "os/copy.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "os/file.h"

namespace cb::os {
namespace {

// Fixed, so that what a killed process leaves is taken away by the next copy.
constexpr const char* kUnfinished = ".unfinished";

using Block = std::array<char, 128 * 1024>;

void sync_all(int fd, const std::string& name) {
  if (fsync(fd) != 0) fail("sync", name, errno);
}

// Fills `block` unless the file ends first.
size_t read_block(int fd, Block& block, const std::string& name) {
  size_t used = 0;
  while (used < block.size()) {
    const ssize_t count = read(fd, block.data() + used, block.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", name, errno);
    if (count == 0) break;
    used += static_cast<size_t>(count);
  }
  return used;
}

Fd open_source(const std::string& path) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return {};
  if (!fd) fail("read", path, errno);
  struct stat info{};
  if (fstat(fd.get(), &info) != 0) fail("read", path, errno);
  return S_ISREG(info.st_mode) ? std::move(fd) : Fd();
}

bool is_same(int source, int directory, const std::string& name) {
  const Fd fd(
      openat(directory, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW));
  struct stat info{};
  if (!fd || fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  if (!have_equal_bytes(source, fd.get(), name)) return false;
  sync_all(fd.get(), name);
  return true;
}

void write_copy(int source, int directory, const std::string& name) {
  if (unlinkat(directory, kUnfinished, 0) != 0 && errno != ENOENT) {
    fail("remove", kUnfinished, errno);
  }
  const Fd copy(
      openat(directory, kUnfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!copy) fail("create", name, errno);
  copy_bytes(source, copy.get(), name);
  sync_all(copy.get(), name);
}

bool has_entry(int directory, const std::string& name) {
  struct stat info{};
  return fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
}

// `sync_parent` makes a new entry of the parent durable.
Fd open_or_create(int parent, const std::string& name, const std::function<void()>& sync_parent) {
  const bool is_new = mkdirat(parent, name.c_str(), 0700) == 0;
  if (!is_new && errno != EEXIST) fail("create", name, errno);
  Fd fd(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd && (errno == ELOOP || errno == ENOTDIR)) {
    throw Error(Fault::permanent, "open " + name + ": not a directory");
  }
  if (!fd) fail("open", name, errno);
  if (is_new) sync_parent();
  return fd;
}

}  // namespace

uint64_t copy_bytes(int from, int to, const std::string& name) {
  const auto block = std::make_unique<Block>();
  uint64_t all = 0;
  while (const size_t size = read_block(from, *block, name)) {
    write_all(to, {block->data(), size}, name);
    all += size;
  }
  return all;
}

bool have_equal_bytes(int a, int b, const std::string& name) {
  const auto left = std::make_unique<Block>(), right = std::make_unique<Block>();
  while (true) {
    const std::string_view x(left->data(), read_block(a, *left, name));
    const std::string_view y(right->data(), read_block(b, *right, name));
    if (x != y) return false;
    if (x.empty()) return true;
  }
}

bool give_free_name(int directory, const std::string& from, const std::string& to) {
  if (renameat2(directory, from.c_str(), directory, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && errno != ENOSYS) fail("create", to, errno);
  if (linkat(directory, from.c_str(), directory, to.c_str(), 0) != 0) {
    if (errno == EEXIST) return false;
    fail("create", to, errno);
  }
  unlinkat(directory, from.c_str(), 0);
  return true;
}

Fd open_directory(const std::string& path) {
  return open_or_create(AT_FDCWD, path, [&] { sync_path(parent_path(path)); });
}

Fd open_directory(int parent, const std::string& name) {
  return open_or_create(parent, name, [&] { sync_all(parent, name); });
}

Copied copy_into(const std::string& source, int directory, const std::string& name) {
  const Fd from = open_source(source);
  if (!from) return Copied::no_source;
  if (has_entry(directory, name)) {
    if (!is_same(from.get(), directory, name)) return Copied::taken;
  } else {
    write_copy(from.get(), directory, name);
    if (!give_free_name(directory, kUnfinished, name)) return Copied::taken;
  }
  sync_all(directory, name);
  return Copied::yes;
}

}  // namespace cb::os
