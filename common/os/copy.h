// Durable copies of files into directories that others may write to.
#pragma once

#include <string>

#include "os/fd.h"

namespace cb::os {

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
