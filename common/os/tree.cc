#include "os/tree.h"

#include <sys/stat.h>

#include <algorithm>

#include "os/file.h"

namespace cb::os {
namespace {

void collect(const std::string& directory, const std::string& prefix,
             std::vector<std::string>& found) {
  for (const auto& name : list_directory(directory)) {
    const auto path = directory + "/" + name;
    struct stat status{};
    if (lstat(path.c_str(), &status) != 0) continue;
    if (S_ISREG(status.st_mode)) found.push_back(prefix + name);
    if (S_ISDIR(status.st_mode)) collect(path, prefix + name + "/", found);
  }
}

}  // namespace

std::vector<std::string> regular_files(const std::string& directory) {
  std::vector<std::string> found;
  collect(directory, "", found);
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace cb::os
