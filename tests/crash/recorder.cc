// Preloaded into all programs of a world, writes down what they do to its files, for disk.cc.
//   CB_RECORD_UNDER=DIR    files under this directory
//   CB_RECORD_TO=FILE      the journal, not under it
//   CB_RECORD_NO_LINKS=1   there are no hard links there
// What a tool prints is written down when it is handed to stdio, so rather too early than too late.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "journal.h"
#include "preload.h"

namespace {

using cb::crash::call, cb::crash::next, cb::crash::EntryHead, cb::crash::Op;

char root[4096];
size_t root_size = 0;
int journal = -1;
bool has_links = true;

bool is_ours(const char* path) {
  return journal >= 0 && strncmp(path, root, root_size) == 0 && path[root_size] == '/';
}

struct Path {
  char text[4096];
};

bool read_link(const char* link, Path& path) {
  const long size = call(SYS_readlink, link, path.text, sizeof path.text - 1);
  path.text[size < 0 ? 0 : size] = '\0';
  return size > 0;
}

bool path_of(int fd, Path& path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  return read_link(link, path);
}

// The absolute path; false when it is too long or not known.
bool path_at(int directory, const char* name, Path& path) {
  if (name[0] == '/') return snprintf(path.text, sizeof path.text, "%s", name) > 0;
  if (!(directory == AT_FDCWD ? read_link("/proc/self/cwd", path) : path_of(directory, path)))
    return false;
  const size_t used = strlen(path.text);
  const auto left = sizeof path.text - used;
  return snprintf(path.text + used, left, "/%s", name) < static_cast<int>(left);
}

iovec part(const void* bytes, size_t size) { return {const_cast<void*>(bytes), size}; }

// One write in append mode, so that entries of several processes do not mix. errno stays.
void note(EntryHead head, const char* path, const char* other = "", const void* data = nullptr,
          size_t data_size = 0) {
  const int error = errno;
  head.path_size = static_cast<uint32_t>(strlen(path));
  head.other_size = static_cast<uint32_t>(strlen(other));
  head.data_size = static_cast<uint32_t>(data_size);
  const iovec parts[] = {part(&head, sizeof head), part(path, head.path_size),
                         part(other, head.other_size), part(data, data_size)};
  if (call(SYS_writev, journal, parts, 4) < 0) abort();
  errno = error;
}

EntryHead head_of(Op op, uint64_t inode = 0, uint64_t offset = 0) {
  return {
      .op = op, .path_size = 0, .other_size = 0, .data_size = 0, .inode = inode, .offset = offset};
}

struct OpenFile {
  Path path;
  uint64_t inode = 0, size = 0;
};

bool examine(int fd, OpenFile& file) {
  struct stat info{};
  if (journal < 0 || fstat(fd, &info) != 0 || (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)))
    return false;
  file.inode = info.st_ino;
  file.size = static_cast<uint64_t>(info.st_size);
  return path_of(fd, file.path) && is_ours(file.path.text);
}

void note_bytes(int fd, const void* bytes, long size, long offset) {
  OpenFile file;
  if (size > 0 && examine(fd, file))
    note(head_of(Op::write, file.inode, static_cast<uint64_t>(offset)), file.path.text, "", bytes,
         static_cast<size_t>(size));
}

ssize_t write_at(int fd, const void* bytes, size_t size, off_t offset) {
  const long done = call(SYS_pwrite64, fd, bytes, size, offset);
  note_bytes(fd, bytes, done, offset);
  return done;
}

int sync_file(long number, int fd) {
  const auto result = static_cast<int>(call(number, fd));
  OpenFile file;
  if (result == 0 && examine(fd, file)) note(head_of(Op::sync, file.inode), file.path.text);
  return result;
}

int truncate_file(int fd, off_t size) {
  const auto result = static_cast<int>(call(SYS_ftruncate, fd, size));
  OpenFile file;
  if (result == 0 && examine(fd, file))
    note(head_of(Op::truncate, file.inode, static_cast<uint64_t>(size)), file.path.text);
  return result;
}

int open_at(int directory, const char* name, int flags, mode_t mode) {
  Path path;
  struct stat before{};
  const bool is_noted =
      (flags & (O_CREAT | O_TRUNC)) != 0 && path_at(directory, name, path) && is_ours(path.text);
  const bool is_new = is_noted && lstat(path.text, &before) != 0;
  const auto fd = static_cast<int>(call(SYS_openat, directory, name, flags, mode));
  OpenFile file;
  if (!is_noted || fd < 0 || !examine(fd, file)) return fd;
  if (is_new) note(head_of(Op::create, file.inode), file.path.text);
  if (!is_new && (flags & O_TRUNC) != 0 && before.st_size > 0)
    note(head_of(Op::truncate, file.inode), file.path.text);
  return fd;
}

int make_directory_at(int directory, const char* name, mode_t mode) {
  const auto result = static_cast<int>(call(SYS_mkdirat, directory, name, mode));
  Path path;
  if (result == 0 && path_at(directory, name, path) && is_ours(path.text))
    note(head_of(Op::make_directory), path.text);
  return result;
}

int unlink_at(int directory, const char* name, int flags) {
  Path path;
  const bool is_noted = path_at(directory, name, path) && is_ours(path.text);
  const auto result = static_cast<int>(call(SYS_unlinkat, directory, name, flags));
  if (result == 0 && is_noted) note(head_of(Op::unlink), path.text);
  return result;
}

int rename_at(int from_at, const char* from, int to_at, const char* to, unsigned flags) {
  constexpr unsigned kExchange = 2;
  Path a, b;
  const bool is_noted = path_at(from_at, from, a) && path_at(to_at, to, b) && is_ours(b.text);
  const auto result = static_cast<int>(call(SYS_renameat2, from_at, from, to_at, to, flags));
  if (result == 0 && is_noted)
    note(head_of((flags & kExchange) != 0 ? Op::exchange : Op::rename), a.text, b.text);
  return result;
}

// Of a copy within the kernel: what came of it is read back.
void note_copied(int fd, long size, long offset) {
  static char bytes[1 << 16];
  const int error = errno;
  for (long at = 0; at < size;) {
    const auto wanted = size - at < long{sizeof bytes} ? size - at : long{sizeof bytes};
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const long reader = call(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    const long read = call(SYS_pread64, reader, bytes, wanted, offset + at);
    call(SYS_close, reader);
    if (read <= 0) break;
    note_bytes(fd, bytes, read, offset + at);
    at += read;
  }
  errno = error;
}

int link_at(int from_at, const char* from, int to_at, const char* to, int flags) {
  Path a, b;
  bool is_noted = path_at(from_at, from, a) && path_at(to_at, to, b) && is_ours(b.text);
  Path open_file;  // of an open file, by the name that /proc has for it
  if (is_noted && (flags & AT_SYMLINK_FOLLOW) != 0 && strncmp(a.text, "/proc/", 6) == 0)
    is_noted = read_link(a.text, open_file) && strcpy(a.text, open_file.text) != nullptr;
  if (is_noted && !has_links) {
    errno = EPERM;
    return -1;
  }
  const auto result = static_cast<int>(call(SYS_linkat, from_at, from, to_at, to, flags));
  if (result == 0 && is_noted) note(head_of(Op::link), a.text, b.text);
  return result;
}

using Print = size_t (*)(const void*, size_t, size_t, FILE*);
using MakeTemporary = int (*)(char*, int);
Print next_fwrite = nullptr;
MakeTemporary next_mkostemp = nullptr;

[[gnu::constructor]] void begin() {
  next(next_fwrite, "fwrite");
  next(next_mkostemp, "mkostemp");
  const char* under = getenv("CB_RECORD_UNDER");
  const char* to = getenv("CB_RECORD_TO");
  has_links = getenv("CB_RECORD_NO_LINKS") == nullptr;
  if (under == nullptr || to == nullptr || strlen(under) >= sizeof root) return;
  root_size = strlen(strcpy(root, under));
  const auto fd = static_cast<int>(
      call(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  journal = fcntl(fd, F_DUPFD_CLOEXEC, 200);  // out of the way of a shell's own numbers
  call(SYS_close, fd);
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  const long done = call(SYS_write, fd, bytes, size);
  const int error = errno;
  if (done > 0) note_bytes(fd, bytes, done, call(SYS_lseek, fd, 0, SEEK_CUR) - done);
  errno = error;
  return done;
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return write_at(fd, bytes, size, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  return write_at(fd, bytes, size, offset);
}
int fsync(int fd) { return sync_file(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_file(SYS_fdatasync, fd); }
int ftruncate(int fd, off_t size) noexcept { return truncate_file(fd, size); }
int ftruncate64(int fd, off64_t size) noexcept { return truncate_file(fd, size); }

int rename(const char* from, const char* to) noexcept {
  return rename_at(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_at, const char* from, int to_at, const char* to) noexcept {
  return rename_at(from_at, from, to_at, to, 0);
}
int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) noexcept {
  return rename_at(from_at, from, to_at, to, flags);
}
int link(const char* from, const char* to) noexcept {
  return link_at(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int linkat(int from_at, const char* from, int to_at, const char* to, int flags) noexcept {
  return link_at(from_at, from, to_at, to, flags);
}
ssize_t copy_file_range(int from_fd, off64_t* from_offset, int to_fd, off64_t* to_offset,
                        size_t size, unsigned flags) {
  const long at = to_offset != nullptr ? *to_offset : call(SYS_lseek, to_fd, 0, SEEK_CUR);
  const long done = call(SYS_copy_file_range, from_fd, from_offset, to_fd, to_offset, size, flags);
  note_copied(to_fd, done, at);
  return done;
}
ssize_t sendfile(int to_fd, int from_fd, off_t* offset, size_t size) noexcept {
  const long at = call(SYS_lseek, to_fd, 0, SEEK_CUR);
  const long done = call(SYS_sendfile, to_fd, from_fd, offset, size);
  note_copied(to_fd, done, at);
  return done;
}
int unlink(const char* path) noexcept { return unlink_at(AT_FDCWD, path, 0); }
int rmdir(const char* path) noexcept { return unlink_at(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int directory, const char* path, int flags) noexcept {
  return unlink_at(directory, path, flags);
}
int mkdir(const char* path, mode_t mode) noexcept {
  return make_directory_at(AT_FDCWD, path, mode);
}
int mkdirat(int directory, const char* path, mode_t mode) noexcept {
  return make_directory_at(directory, path, mode);
}
int mkostemp(char* path, int flags) {
  const int fd = next(next_mkostemp, "mkostemp")(path, flags);
  OpenFile file;
  if (fd >= 0 && examine(fd, file)) note(head_of(Op::create, file.inode), file.path.text);
  return fd;
}

// The mode is garbage, and not used, when the caller gave none.
#define OPEN(name, directory_parameter, directory)                 \
  int name(directory_parameter const char* path, int flags, ...) { \
    va_list rest;                                                  \
    va_start(rest, flags);                                         \
    const mode_t mode = va_arg(rest, mode_t);                      \
    va_end(rest);                                                  \
    return open_at(directory, path, flags, mode);                  \
  }
#define COMMA ,
OPEN(open, , AT_FDCWD)
OPEN(open64, , AT_FDCWD)
OPEN(openat, int at COMMA, at)
OPEN(openat64, int at COMMA, at)
#undef COMMA
#undef OPEN

size_t fwrite(const void* bytes, size_t size, size_t count, FILE* stream) {
  if (stream == stdout && journal >= 0) note(head_of(Op::say), "", "", bytes, size * count);
  return next(next_fwrite, "fwrite")(bytes, size, count, stream);
}

}  // extern "C"
