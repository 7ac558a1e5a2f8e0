// Durable copies of files into directories that others may write to.
#pragma once

#include <cstdint>
#include <string>

#include "os/fd.h"

namespace cb::os {

// Appends all that is left of the open file `from` to `to`; how much that was. Names are for
// errors.
uint64_t copy_bytes(int from, int to, const std::string& name);

// Whether two open files hold the same from where they are on.
bool have_equal_bytes(int a, int b, const std::string& name);

// Renames within an open directory; false when `to` is taken. Where the file system can only link,
// a killed call leaves both names. Throws where it can do neither without overwriting.
bool give_free_name(int directory, const std::string& from, const std::string& to);

// Opens directory `path`, or `name` of the open directory `parent`; created 0700 and durable when
// missing. Throws Error{Fault::permanent} when it is a symbolic link or no directory.
Fd open_directory(const std::string& path);
Fd open_directory(int parent, const std::string& name);

enum class Copied {
  yes,        // also when a file of that name has the same bytes
  taken,      // another file has that name
  no_source,  // there is no such regular file
};
// Copies `source` to `name` in the open directory `directory`. The copy appears whole, 0600, and is
// durable once this returns. Those who copy into one directory must exclude each other.
Copied copy_into(const std::string& source, int directory, const std::string& name);

}  // namespace cb::os
