// Preloaded into a tool, counts its calls that change something, and kills it at one of them.
//   CB_CRASH_TOOL=NAME   acts in the program of that name only; others inherit all this
//   CB_CRASH_KIND=KIND   a name of kNames, or "any"
//   CB_CRASH_AT=N        SIGKILL at the N-th call of that kind
//   CB_CRASH_WHEN=after  right after it, else before
//   CB_CRASH_FROM=NAME   counts from the first rename to a file of that name on, that one included
//   CB_CRASH_MARK=FILE   created by the kill; there is none while it exists
//   CB_CRASH_COUNT=FILE  gets the number of calls of each kind, as "KIND N", at the end
//   CB_CRASH_LATER=S     the program's clock is so many seconds ahead
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace {

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
  sigmask
};
constexpr const char* kNames[] = {"write", "pwrite",   "fsync",  "fdatasync", "rename", "unlink",
                                  "mkdir", "truncate", "create", "flush",     "sigmask"};
constexpr int kKinds = sizeof kNames / sizeof *kNames;

pid_t armed = 0;  // the process to act in
long counts[kKinds], total = 0;
const char* kind_wanted = nullptr;
long at = 0;
bool is_after = false;
const char* from = nullptr;  // nullptr: counting
const char* mark = nullptr;
const char* count_file = nullptr;
long later = 0;

template <typename... Arguments>
long call(long number, Arguments... arguments) {
  return syscall(number, arguments...);
}

bool is_named(const char* tool) {
  char path[4096];
  const long size = call(SYS_readlink, "/proc/self/exe", path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  const char* slash = strrchr(path, '/');
  return slash != nullptr && strcmp(slash + 1, tool) == 0;
}

long number_in(const char* name) {
  const char* text = getenv(name);
  return text != nullptr ? atol(text) : 0;
}

bool is_reached(Kind kind) {
  if (armed == 0 || from != nullptr || getpid() != armed) return false;
  ++counts[kind];
  ++total;
  if (at == 0 || kind_wanted == nullptr) return false;
  if (strcmp(kind_wanted, "any") == 0) return total == at;
  return strcmp(kind_wanted, kNames[kind]) == 0 && counts[kind] == at;
}

// Once only: of several processes of the tool, or one that is started again, the first.
void die() {
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  if (mark != nullptr && call(SYS_openat, AT_FDCWD, mark, flags, 0600) < 0) return;
  call(SYS_kill, armed, SIGKILL);
}

template <typename Call>
auto pass(Kind kind, Call make_call) {
  const bool is_here = is_reached(kind);
  if (is_here && !is_after) die();
  const auto result = make_call();
  if (is_here && is_after) die();
  return result;
}

void look_for_start(const char* path) {
  if (from == nullptr) return;
  const char* slash = strrchr(path, '/');
  if (strcmp(slash != nullptr ? slash + 1 : path, from) == 0) from = nullptr;
}

template <typename... Arguments>
int pass_int(Kind kind, long number, Arguments... arguments) {
  return pass(kind, [=] { return static_cast<int>(call(number, arguments...)); });
}

int open_at(int directory, const char* path, int flags, mode_t mode) {
  const auto open_it = [=] {
    return static_cast<int>(call(SYS_openat, directory, path, flags, mode));
  };
  return (flags & O_CREAT) != 0 ? pass(create, open_it) : open_it();
}

// glibc keeps some signals for itself, so these go through it.
using SetMask = int (*)(int, const sigset_t*, sigset_t*);
using MakeTemporary = int (*)(char*, int);
SetMask next_sigprocmask = nullptr, next_pthread_sigmask = nullptr;
MakeTemporary next_mkostemp = nullptr;
using Flush = int (*)(FILE*);
Flush next_fflush = nullptr;

template <typename Function>
Function next(Function& known, const char* name) {
  if (known == nullptr) known = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
  return known;
}

[[gnu::constructor]] void arm() {
  next(next_sigprocmask, "sigprocmask");
  next(next_pthread_sigmask, "pthread_sigmask");
  next(next_mkostemp, "mkostemp");
  next(next_fflush, "fflush");
  const char* tool = getenv("CB_CRASH_TOOL");
  if (tool == nullptr || !is_named(tool)) return;
  kind_wanted = getenv("CB_CRASH_KIND");
  at = number_in("CB_CRASH_AT");
  const char* when = getenv("CB_CRASH_WHEN");
  is_after = when != nullptr && strcmp(when, "after") == 0;
  from = getenv("CB_CRASH_FROM");
  mark = getenv("CB_CRASH_MARK");
  count_file = getenv("CB_CRASH_COUNT");
  later = number_in("CB_CRASH_LATER");
  armed = getpid();
}

[[gnu::destructor]] void report() {
  if (armed == 0 || getpid() != armed || count_file == nullptr) return;
  armed = 0;
  const int file = open(count_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  for (int kind = 0; kind < kKinds; ++kind) dprintf(file, "%s %ld\n", kNames[kind], counts[kind]);
  close(file);
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  return pass(write_, [=] { return call(SYS_write, fd, bytes, size); });
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return pass(pwrite_, [=] { return call(SYS_pwrite64, fd, bytes, size, offset); });
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  return pass(pwrite_, [=] { return call(SYS_pwrite64, fd, bytes, size, offset); });
}
int fsync(int fd) { return pass_int(fsync_, SYS_fsync, fd); }
int fdatasync(int fd) { return pass_int(fdatasync_, SYS_fdatasync, fd); }

int rename(const char* old_path, const char* path) noexcept {
  look_for_start(path);
  return pass_int(rename_, SYS_renameat2, AT_FDCWD, old_path, AT_FDCWD, path, 0);
}
int renameat(int old_at, const char* old_path, int at, const char* path) noexcept {
  look_for_start(path);
  return pass_int(rename_, SYS_renameat2, old_at, old_path, at, path, 0);
}
int renameat2(int old_at, const char* old_path, int at, const char* path, unsigned flags) noexcept {
  look_for_start(path);
  return pass_int(rename_, SYS_renameat2, old_at, old_path, at, path, flags);
}
int unlink(const char* path) noexcept { return pass_int(unlink_, SYS_unlinkat, AT_FDCWD, path, 0); }
int unlinkat(int directory, const char* path, int flags) noexcept {
  return pass_int(unlink_, SYS_unlinkat, directory, path, flags);
}
int mkdir(const char* path, mode_t mode) noexcept {
  return pass_int(mkdir_, SYS_mkdirat, AT_FDCWD, path, mode);
}
int mkdirat(int directory, const char* path, mode_t mode) noexcept {
  return pass_int(mkdir_, SYS_mkdirat, directory, path, mode);
}
int ftruncate(int fd, off_t size) noexcept { return pass_int(truncate_, SYS_ftruncate, fd, size); }
int ftruncate64(int fd, off64_t size) noexcept {
  return pass_int(truncate_, SYS_ftruncate, fd, size);
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

int mkostemp(char* path, int flags) {
  return pass(create, [=] { return next(next_mkostemp, "mkostemp")(path, flags); });
}
// What is printed: the library's own calls of write() do not come by here.
int fflush(FILE* file) {
  return pass(flush, [=] { return next(next_fflush, "fflush")(file); });
}
int sigprocmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  return pass(sigmask, [=] { return next(next_sigprocmask, "sigprocmask")(how, set, old); });
}
int pthread_sigmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  return pass(sigmask,
              [=] { return next(next_pthread_sigmask, "pthread_sigmask")(how, set, old); });
}

// So that what waits for hours need not be waited for.
int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const int result = static_cast<int>(call(SYS_clock_gettime, clock, now));
  if (clock == CLOCK_REALTIME && result == 0) now->tv_sec += later;
  return result;
}

}  // extern "C"
