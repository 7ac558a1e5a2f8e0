#include "state/layout.h"

#include "base/text.h"

namespace cb::state {

std::string Layout::ends_of(const os::ProcessId& owner) const {
  return ends() + "/" + owner.boot.substr(0, 8) + "-" + std::to_string(owner.pid) + "-" +
         std::to_string(owner.start);
}

std::string Layout::watch_lock(const std::string& watch) const {
  return locks() + "/watch-" + file_name_for(watch);
}

std::string Layout::work(const model::TaskName& name) const {
  return root + "/work/" + file_name_for(name.source) + "/" + file_name_for(name.id);
}

}  // namespace cb::state
