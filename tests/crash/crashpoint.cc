// Preloaded into a tool, counts its calls that change something, and kills it at one of them, or
// lets that call fail.
//   CB_CRASH_TOOL=NAME   acts in the program of that name only; others inherit all this
//   CB_CRASH_KIND=KIND   a name of kNames, or "any"
//   CB_CRASH_AT=N        SIGKILL at the N-th call of that kind
//   CB_CRASH_WHEN=after  right after it, else before
//   CB_CRASH_FROM=NAME   counts from the first file created in a directory of that name on, that
//   one
//                        included
//   CB_CRASH_MARK=FILE   created by the kill; there is none while it exists
//   CB_CRASH_BOOT=FILE   holds the boot id, in all programs: the machine was started again
//   CB_CRASH_COUNT=FILE  gets the number of calls of each kind, as "KIND N", at the end
//   CB_CRASH_ERROR=E     no kill: the call fails with ENOSPC, EIO or EINTR, or moves half the bytes
//                        (SHORT), or there are no hard links (EPERM); only calls to which that can
//                        happen are counted, and under "any"
//   CB_CRASH_LASTS=1     so does every one after it, in every process of the tool
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload.h"

namespace {

using cb::crash::call, cb::crash::is_named, cb::crash::next, cb::crash::number_in;

// Nothing here allocates, and a child between vfork and exec, which shares this memory, is left
// alone. sigmask stands for fork: vfork cannot be wrapped, and os/start.cc blocks the signals
// around it.
enum Kind {
  write_,
  pwrite_,
  fsync_,
  fdatasync_,
  rename_,
  unlink_,
  mkdir_,
  truncate_,
  create,
  flush,
  sigmask,
  link_,
  copy,
  times
};
constexpr const char* kNames[] = {"write",   "pwrite", "fsync",    "fdatasync", "rename",
                                  "unlink",  "mkdir",  "truncate", "create",    "flush",
                                  "sigmask", "link",   "copy",     "times"};
constexpr int kKinds = sizeof kNames / sizeof *kNames;

// What can go wrong, and the calls to which it can happen.
struct Failure {
  const char* name;
  int number;  // 0: only half the bytes are moved
  unsigned kinds;
  bool reaches_pipes;
};
constexpr unsigned bit(Kind kind) { return 1U << kind; }
constexpr unsigned kMoving = bit(write_) | bit(pwrite_) | bit(copy),
                   kSyncing = bit(fsync_) | bit(fdatasync_),
                   kNaming = bit(rename_) | bit(mkdir_) | bit(create) | bit(link_),
                   kChanging = kMoving | kSyncing | kNaming | bit(truncate_) | bit(times);
constexpr Failure kFailures[] = {{"ENOSPC", ENOSPC, kChanging, false},
                                 {"EIO", EIO, kChanging | bit(unlink_), false},
                                 {"EINTR", EINTR, kMoving | kSyncing, true},
                                 {"SHORT", 0, kMoving, true},
                                 {"EPERM", EPERM, bit(link_), false}};

pid_t armed = 0;  // the process to act in
long counts[kKinds], total = 0;
const char* kind_wanted = nullptr;
long at = 0;
bool is_after = false;
const char* from = nullptr;  // nullptr: counting
const char* mark = nullptr;
const char* count_file = nullptr;
const char* boot_file = nullptr;
const Failure* failure = nullptr;
bool does_last = false;

bool is_file(int fd) {
  struct stat info{};
  return fstat(fd, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
}

// `fd`: what is written or synced; -1 for a call about a name.
bool can_happen(Kind kind, int fd) {
  if (failure == nullptr) return true;
  if ((failure->kinds & bit(kind)) == 0) return false;
  return fd < 0 || failure->reaches_pipes || is_file(fd);
}

bool is_wanted(long count) { return count == at || (does_last && count > at); }

bool is_reached(Kind kind, int fd) {
  if (armed == 0 || from != nullptr || getpid() != armed || !can_happen(kind, fd)) return false;
  ++counts[kind];
  ++total;
  if (at == 0 || kind_wanted == nullptr) return false;
  if (strcmp(kind_wanted, "any") == 0) return is_wanted(total);
  return strcmp(kind_wanted, kNames[kind]) == 0 && is_wanted(counts[kind]);
}

// Once only: of several processes of the tool, or one that is started again, the first.
bool set_mark() {
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  return mark == nullptr || call(SYS_openat, AT_FDCWD, mark, flags, 0600) >= 0;
}

void die() {
  if (set_mark()) call(SYS_kill, armed, SIGKILL);
}

bool fails_here(bool is_here) {
  if (!is_here || failure == nullptr) return false;
  return set_mark() || does_last;
}

template <typename Call>
auto pass(Kind kind, int fd, Call make_call) -> decltype(make_call()) {
  const bool is_here = is_reached(kind, fd);
  if (failure != nullptr) {
    if (!fails_here(is_here) || failure->number == 0) return make_call();
    errno = failure->number;
    return -1;
  }
  if (is_here && !is_after) die();
  const auto result = make_call();
  if (is_here && is_after) die();
  return result;
}

void look_for_start(const char* path) {
  const char* slash = from == nullptr ? nullptr : strrchr(path, '/');
  if (slash == nullptr) return;
  const size_t size = strlen(from);
  const auto before = static_cast<size_t>(slash - path);
  if (before > size && strncmp(slash - size, from, size) == 0 &&
      slash[-1 - static_cast<long>(size)] == '/')
    from = nullptr;
}

// A name is created, replaced or removed.
template <typename... Arguments>
int pass_name(Kind kind, long number, Arguments... arguments) {
  return pass(kind, -1, [=] { return static_cast<int>(call(number, arguments...)); });
}

template <typename... Arguments>
int pass_file(Kind kind, long number, int fd, Arguments... arguments) {
  return pass(kind, fd, [=] { return static_cast<int>(call(number, fd, arguments...)); });
}

template <typename... Arguments>
ssize_t pass_bytes(Kind kind, long number, int fd, const void* bytes, size_t size,
                   Arguments... arguments) {
  if (failure == nullptr || failure->number != 0)
    return pass(kind, fd, [=] { return call(number, fd, bytes, size, arguments...); });
  const bool is_cut = size > 1 && fails_here(is_reached(kind, fd));
  return call(number, fd, bytes, is_cut ? size / 2 : size, arguments...);
}

int open_at(int directory, const char* path, int flags, mode_t mode) {
  if (boot_file != nullptr && strcmp(path, "/proc/sys/kernel/random/boot_id") == 0)
    path = boot_file;
  const auto open_it = [=] {
    return static_cast<int>(call(SYS_openat, directory, path, flags, mode));
  };
  if ((flags & O_CREAT) == 0) return open_it();
  look_for_start(path);
  return pass(create, -1, open_it);
}

// glibc keeps some signals for itself, so these go through it.
using SetMask = int (*)(int, const sigset_t*, sigset_t*);
using MakeTemporary = int (*)(char*, int);
SetMask next_sigprocmask = nullptr, next_pthread_sigmask = nullptr;
MakeTemporary next_mkostemp = nullptr;
using Flush = int (*)(FILE*);
Flush next_fflush = nullptr;

[[gnu::constructor]] void arm() {
  next(next_sigprocmask, "sigprocmask");
  next(next_pthread_sigmask, "pthread_sigmask");
  next(next_mkostemp, "mkostemp");
  next(next_fflush, "fflush");
  boot_file = getenv("CB_CRASH_BOOT");
  const char* tool = getenv("CB_CRASH_TOOL");
  if (tool == nullptr || !is_named(tool)) return;
  kind_wanted = getenv("CB_CRASH_KIND");
  at = number_in("CB_CRASH_AT");
  const char* when = getenv("CB_CRASH_WHEN");
  is_after = when != nullptr && strcmp(when, "after") == 0;
  from = getenv("CB_CRASH_FROM");
  mark = getenv("CB_CRASH_MARK");
  count_file = getenv("CB_CRASH_COUNT");
  does_last = number_in("CB_CRASH_LASTS") != 0;
  const char* error = getenv("CB_CRASH_ERROR");
  for (const auto& each : kFailures)
    if (error != nullptr && strcmp(error, each.name) == 0) failure = &each;
  armed = getpid();
}

[[gnu::destructor]] void report() {
  if (armed == 0 || getpid() != armed || count_file == nullptr) return;
  armed = 0;
  const int file = open(count_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  for (int kind = 0; kind < kKinds; ++kind) dprintf(file, "%s %ld\n", kNames[kind], counts[kind]);
  if (failure != nullptr) dprintf(file, "any %ld\n", total);
  close(file);
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  return pass_bytes(write_, SYS_write, fd, bytes, size);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return pass_bytes(pwrite_, SYS_pwrite64, fd, bytes, size, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  return pass_bytes(pwrite_, SYS_pwrite64, fd, bytes, size, offset);
}
// Of copies within the kernel; half of one is what SHORT leaves of it.
ssize_t copy_file_range(int from_fd, off64_t* from_offset, int to_fd, off64_t* to_offset,
                        size_t size, unsigned flags) {
  if (failure == nullptr || failure->number != 0)
    return pass(copy, to_fd, [=] {
      return call(SYS_copy_file_range, from_fd, from_offset, to_fd, to_offset, size, flags);
    });
  const bool is_cut = size > 1 && fails_here(is_reached(copy, to_fd));
  return call(SYS_copy_file_range, from_fd, from_offset, to_fd, to_offset, is_cut ? size / 2 : size,
              flags);
}
ssize_t sendfile(int to_fd, int from_fd, off_t* offset, size_t size) noexcept {
  if (failure == nullptr || failure->number != 0)
    return pass(copy, to_fd, [=] { return call(SYS_sendfile, to_fd, from_fd, offset, size); });
  const bool is_cut = size > 1 && fails_here(is_reached(copy, to_fd));
  return call(SYS_sendfile, to_fd, from_fd, offset, is_cut ? size / 2 : size);
}
int fsync(int fd) { return pass_file(fsync_, SYS_fsync, fd); }
int fdatasync(int fd) { return pass_file(fdatasync_, SYS_fdatasync, fd); }

int rename(const char* old_path, const char* path) noexcept {
  return pass_name(rename_, SYS_renameat2, AT_FDCWD, old_path, AT_FDCWD, path, 0);
}
int renameat(int old_at, const char* old_path, int to_at, const char* path) noexcept {
  return pass_name(rename_, SYS_renameat2, old_at, old_path, to_at, path, 0);
}
int renameat2(int old_at, const char* old_path, int to_at, const char* path,
              unsigned flags) noexcept {
  return pass_name(rename_, SYS_renameat2, old_at, old_path, to_at, path, flags);
}
int unlink(const char* path) noexcept {
  return pass_name(unlink_, SYS_unlinkat, AT_FDCWD, path, 0);
}
int unlinkat(int directory, const char* path, int flags) noexcept {
  return pass_name(unlink_, SYS_unlinkat, directory, path, flags);
}
int link(const char* old_path, const char* path) noexcept {
  return pass_name(link_, SYS_linkat, AT_FDCWD, old_path, AT_FDCWD, path, 0);
}
int linkat(int old_at, const char* old_path, int to_at, const char* path, int flags) noexcept {
  return pass_name(link_, SYS_linkat, old_at, old_path, to_at, path, flags);
}
int utimensat(int directory, const char* path, const timespec* times_to_set, int flags) noexcept {
  return pass_name(times, SYS_utimensat, directory, path, times_to_set, flags);
}
int futimens(int fd, const timespec* times_to_set) noexcept {
  return pass_file(times, SYS_utimensat, fd, nullptr, times_to_set, 0);
}
int mkdir(const char* path, mode_t mode) noexcept {
  return pass_name(mkdir_, SYS_mkdirat, AT_FDCWD, path, mode);
}
int mkdirat(int directory, const char* path, mode_t mode) noexcept {
  return pass_name(mkdir_, SYS_mkdirat, directory, path, mode);
}
int ftruncate(int fd, off_t size) noexcept { return pass_file(truncate_, SYS_ftruncate, fd, size); }
int ftruncate64(int fd, off64_t size) noexcept {
  return pass_file(truncate_, SYS_ftruncate, fd, size);
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
OPEN(openat, int directory COMMA, directory)
OPEN(openat64, int directory COMMA, directory)
#undef COMMA
#undef OPEN

int mkostemp(char* path, int flags) {
  return pass(create, -1, [=] { return next(next_mkostemp, "mkostemp")(path, flags); });
}
// What is printed: the library's own calls of write() do not come by here.
int fflush(FILE* file) {
  return pass(flush, -1, [=] { return next(next_fflush, "fflush")(file); });
}
int sigprocmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  return pass(sigmask, -1, [=] { return next(next_sigprocmask, "sigprocmask")(how, set, old); });
}
int pthread_sigmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  return pass(sigmask, -1,
              [=] { return next(next_pthread_sigmask, "pthread_sigmask")(how, set, old); });
}

}  // extern "C"
