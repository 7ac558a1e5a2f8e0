#include "given_file.h"

#include "os/scan.h"
#include "os/settled.h"

namespace cb::exec {

std::string trouble_with(const state::FileRow& file) {
  const auto status = os::file_status(file.path);
  if (!status) return "";  // the command says it best
  if (os::stamp_of(file.name, *status) == file.stamp) return "";
  const auto reading = os::read_settled(file.path, *status, [] { return true; });
  if (reading.is == os::Reading::Is::whole && reading.digest == file.content) return "";
  return "use " + file.path + ": it is no longer what cb-watch saw there";
}

}  // namespace cb::exec
