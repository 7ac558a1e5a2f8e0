// Which children start() has started and nobody has reaped yet; for common/os itself.
#pragma once

#include <sys/types.h>

#include <vector>

namespace cb::os {

std::vector<pid_t>& own_children();

}  // namespace cb::os
