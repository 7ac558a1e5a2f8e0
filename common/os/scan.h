// What lies in a directory, at the cost of reading it and of one question about each file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/fd.h"

namespace cb::os {

// What the kernel says of a file. Any write changes it: mtime may be set by anybody, ctime by
// nobody.
struct FileStatus {
  uint64_t device = 0, inode = 0;
  int64_t size = 0;
  int64_t mtime = 0, ctime = 0;  // nanoseconds since 1970; beyond the year 2262 they wrap around

  bool operator==(const FileStatus&) const = default;
  // The same file with the same bytes; another name or mode of it may have come or gone.
  bool is_same_content(const FileStatus& other) const;
};

// A number for this status under this name; another one whenever either differs (XXH3, 64 bits, as
// a signed number for the store).
int64_t stamp_of(std::string_view name, const FileStatus& status);

// A regular file. `name` is relative to the directory that is scanned, bytes as they are, and lives
// as long as the call.
struct Entry {
  std::string_view name;
  FileStatus status;
};

// What is of interest. Both are asked before anything is asked of the kernel.
struct Interest {
  std::function<bool(std::string_view name)> file;       // of this relative name; absent: every one
  std::function<bool(std::string_view name)> directory;  // whether to go into it; absent: into none
};

// A directory that could not be read ("" is the one that is scanned) or an entry that could not be
// asked about. A directory that may be listed but not searched is told once, for all its files.
struct Unreadable {
  std::string name;  // relative
  int error = 0;     // errno
};

// Reads `directory` once, in no order, and calls `each` for every regular file of interest.
// Symbolic links below it, FIFOs, sockets and devices are passed over and never opened; what
// vanishes meanwhile is passed over too, and what is renamed meanwhile may be told under both names
// or under none. Does not throw for what the file system says: it is returned. The directory itself
// may be named by a link. Mounts below it are entered. Keeps at most three descriptors open,
// however deep it goes; refuses (ENAMETOOLONG) only what lies deeper than any path can lead.
std::vector<Unreadable> scan(const std::string& directory, const Interest& interest,
                             const std::function<void(const Entry&)>& each);

// One file as scan() would tell it; nullopt when there is none (any more), it is no regular file,
// or it cannot be asked about. Nothing is to be concluded from that: a complete scan tells what is
// gone.
std::optional<FileStatus> file_status(const std::string& path);  // links on the way are followed
// The same for the relative `name` below `directory`; nullopt also when a link is on the way to it.
std::optional<FileStatus> file_status(const std::string& directory, std::string_view name);
// The same for an open file.
std::optional<FileStatus> file_status(int descriptor);

}  // namespace cb::os
