#include "settle.h"

namespace cb::crash {

void append(std::vector<std::string>& to, const std::vector<std::string>& lines) {
  to.insert(to.end(), lines.begin(), lines.end());
}

Settled settle(World& world, const Settling& settling) {
  Settled settled;
  auto& [problems, checked] = settled;
  if (settling.again) append(problems, world.run_later(*settling.again));
  if (!settling.polls_first) append(problems, world.run_later({"cb-exec"}));
  append(problems, world.run_later({"cb-poll"}));
  for (int round = 0; round < settling.rounds; ++round) {
    append(problems, world.run_later({"cb-exec"}));
    checked = check(world.place(), When::settled);
    if (checked.violations.empty()) break;
    if (world.place().is_edited) append(problems, world.run_later({"cb-poll"}));
  }
  if (checked.violations.empty()) {
    append(problems, world.run_later({"cb-poll"}));  // sees what cb itself wrote
    checked = check(world.place(), When::settled);
  }
  append(problems, checked.violations);
  append(problems, world.left_processes());
  return settled;
}

}  // namespace cb::crash
