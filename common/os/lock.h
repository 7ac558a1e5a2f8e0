// Locks that the kernel releases when their holder dies.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "os/fd.h"

namespace cb::os {

// An exclusive flock on a whole file, created 0600 when missing. The kernel queues those who wait,
// in order. One object per process and file; not for threads. A wait uses SIGALRM's timer, so
// nothing else may.
class FileLock {
 public:
  explicit FileLock(std::string path);

  // Waits at most `patience`; false when it was still taken then.
  bool lock(Duration patience);
  bool try_lock();
  void unlock();
  bool is_locked() const { return locked_; }
  // The pid of a process that holds the lock now, read from /proc/locks; nullopt when nobody does
  // or it cannot be told.
  std::optional<pid_t> holder() const;

 private:
  std::string path_;
  Fd fd_;
  bool locked_ = false;
};

// One byte of a file under an open-file-description lock: it lives as long as any process, this one
// or one that inherited the descriptor, keeps the descriptor open.
class ByteLock {
 public:
  // Takes byte `offset` of `path` (created when missing); nullopt when somebody else has it.
  static std::optional<ByteLock> try_take(const std::string& path, int64_t offset);

  int descriptor() const { return fd_.get(); }  // close-on-exec; owned by this object
  int64_t offset() const { return offset_; }

 private:
  ByteLock(Fd fd, int64_t offset) : fd_(std::move(fd)), offset_(offset) {}
  Fd fd_;
  int64_t offset_;
};

// Whether anybody, this process included, holds byte `offset` of `path` through another descriptor.
// False when there is no such file.
bool is_byte_locked(const std::string& path, int64_t offset);

}  // namespace cb::os
