// A file held fast without being opened: what comes to have its name does not matter any more.
#pragma once

#include <string>

#include "os/fd.h"

namespace cb::os {

// Whatever has this name, a link itself included; none when nothing has (errno says why). Neither
// waits nor wakes anybody, whatever it is. Relative to the open directory in the second form.
Fd pin(const std::string& path);
Fd pin(int directory, const std::string& name);

// A path by which the kernel finds the pinned file, whatever its name is by now.
std::string path_of_pinned(int pinned);

// Opens the pinned regular file for reading, without changing its access time where that is
// allowed; none when it may not be read or somebody holds it (errno).
Fd open_pinned(int pinned);

}  // namespace cb::os
