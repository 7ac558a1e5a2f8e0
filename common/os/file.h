// Files and directories: whole reads, atomic replacement, durable creation.
// All paths are taken as they are; all descriptors are close-on-exec; new files are 0600, new
// directories 0700. What the machine refuses is thrown as Error "verb path: cause":
// Fault::temporary for a full disk, quota, or no descriptors or memory; Fault::permanent otherwise.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "os/fd.h"

namespace cb::os {

enum class Sync { none, file, file_and_directory };

// The fault of a failed system call: temporary for shortages (ENOSPC, EDQUOT, EMFILE, ENFILE,
// ENOMEM, EAGAIN), else permanent.
Fault fault_of(int error_number);
// Error "verb object: strerror".
[[noreturn]] void fail(std::string_view verb, std::string_view object, int error_number);

struct stat status_of(int fd, const std::string& path);  // `path` for the error

bool exists(const std::string& path);  // anything of that name, a dangling link included
bool is_directory(const std::string& path);

// Which file a path names: as long as it exists, no other has the same.
struct FileId {
  uint64_t device = 0, inode = 0;
  bool operator==(const FileId&) const = default;
};
// Both ask without opening the file. nullopt when there is none.
std::optional<FileId> file_id(const std::string& path);
std::optional<uint64_t> file_size(const std::string& path);
// Another text whenever the file is replaced or changed; "" when there is none.
std::string file_stamp(const std::string& path);

// When its content was changed last, by the clock of its file system, which may go in steps of
// milliseconds or of seconds; nullopt when there is none.
std::optional<Instant> file_changed_at(const std::string& path);

// While it lives, files that a library creates are for their owner only, whatever mode it asks for.
class PrivateCreation {
 public:
  PrivateCreation();
  PrivateCreation(const PrivateCreation&) = delete;
  PrivateCreation& operator=(const PrivateCreation&) = delete;
  ~PrivateCreation();

 private:
  unsigned old_mask_;
};

// The whole file; nullopt when there is none. Refuses anything but a regular file (links are
// followed), and a file of more than `limit` bytes.
std::optional<std::string> read_file(const std::string& path, size_t limit = size_t{1} << 30);

// An existing file, for reading.
Fd open_to_read(const std::string& path);
// A file for appending, created when missing.
Fd open_to_append(const std::string& path);

// Writes all of `bytes`, through interruptions.
void write_all(int fd, std::string_view bytes, std::string_view name);

void empty_file(int fd, const std::string& path);  // `path` for the error

// Creates or truncates `path`. Not atomic.
void write_file(const std::string& path, std::string_view bytes, Sync sync = Sync::none);

// The same, and returns it open for reading from its beginning.
Fd create_to_read(const std::string& path, std::string_view bytes);

// Replaces `path` as a whole by rename from a temporary file in the same directory: a reader, or a
// crash, sees the old bytes or the new. Keeps the mode (and, where allowed, the owner) of an
// existing file and follows a symbolic link to replace what it names. Leaves no temporary file
// behind unless killed.
void replace_file(const std::string& path, std::string_view bytes, Sync sync);

// Gives a file or directory another name on the same file system; false when there is none.
bool rename_path(const std::string& from, const std::string& to);
// Creates one directory; an existing directory is no error.
void make_directory(const std::string& path);
// Creates `path` and its missing parents.
void make_directories(const std::string& path);
// Names of the entries, unsorted, without "." and ".."; empty when there is no such directory.
std::vector<std::string> list_directory(const std::string& path);
// Removes a file or a whole directory, never following links; absent is no error.
void remove_all(const std::string& path);
void remove_file(const std::string& path);  // absent is no error

void sync_path(const std::string& path);  // fdatasync of a file or directory

// The path made absolute and free of "." and ".." by text alone, relative ones from `base`; a
// leading "~/" is `home`.
std::string resolve_path(const std::string& path, const std::string& base, const std::string& home);
std::string parent_path(const std::string& path);
std::string working_directory();
// The directory of the running program; "" when the kernel does not tell.
std::string program_directory();

}  // namespace cb::os
