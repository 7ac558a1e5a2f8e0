// A file that several programs and people change at the same time, some of them without our lock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cb::os {

// A whole file at one moment.
struct Snapshot {
  std::string bytes;
  int64_t version = 0;  // when it was last written or put in place, in nanoseconds since 1970
};

// `path` with every symbolic link followed; nullopt when there is no such file.
std::optional<std::string> real_path(const std::string& path);

// nullopt when there is no such file.
std::optional<Snapshot> read_snapshot(const std::string& path);

// Replaces `path`, which is no link, by `bytes`, keeping its mode (and, where allowed, its owner),
// and returns the new version, greater than that of `read`. Atomic, and durable once it returns.
// nullopt, with their file in place, when others have changed or removed it since `read`. Those who
// call this for one file must exclude each other; against all others the file is checked before and
// after it is exchanged. Throws like replace_file; then the file may or may not have been replaced.
std::optional<int64_t> replace_unchanged(const std::string& path, const Snapshot& read,
                                         std::string_view bytes);

}  // namespace cb::os
