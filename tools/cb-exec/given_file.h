// The file that a command gets.
#pragma once

#include <string>

#include "state/files.h"

namespace cb::exec {

// Why its command cannot have it now, in one line; "" when it can. Another file may have come at
// its name since cb-watch saw it: that belongs to another task, which cb-watch is going to make. It
// is read only when it does not look as it did then. Throws Error as os/settled.h does.
std::string trouble_with(const state::FileRow& file);

}  // namespace cb::exec
