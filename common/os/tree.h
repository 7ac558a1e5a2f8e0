// What lies below a directory.
#pragma once

#include <string>
#include <vector>

namespace cb::os {

// The regular files below `directory`, as relative paths, sorted. Links are not followed and not
// listed; empty when there is no such directory.
std::vector<std::string> regular_files(const std::string& directory);

}  // namespace cb::os
