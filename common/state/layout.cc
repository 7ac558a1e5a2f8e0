#include "state/layout.h"

#include "base/text.h"

namespace cb::state {

std::string Layout::ends_of(const os::ProcessId& owner) const {
  return ends() + "/" + owner.boot.substr(0, 8) + "-" + std::to_string(owner.pid) + "-" +
         std::to_string(owner.start);
}

std::optional<os::ProcessId> owner_of_ends(const std::string& name, const std::string& boot) {
  const auto first = name.find('-'), second = name.rfind('-');
  if (first == name.npos || first == second) return std::nullopt;
  const auto pid = parse_integer(name.substr(first + 1, second - first - 1));
  const auto start = parse_integer(name.substr(second + 1));
  if (!pid || !start) return std::nullopt;
  const auto told = name.substr(0, first);
  return os::ProcessId{boot.starts_with(told) && told.size() == 8 ? boot : told,
                       static_cast<pid_t>(*pid), static_cast<uint64_t>(*start)};
}

std::string Layout::watch_lock(const std::string& watch) const {
  return locks() + "/watch-" + file_name_for(watch);
}

std::string Layout::work(const model::TaskName& name) const {
  return root + "/work/" + file_name_for(name.source) + "/" + file_name_for(name.id);
}

}  // namespace cb::state
