#include "settle.h"

#include <algorithm>

namespace cb::crash {

void append(Lines& to, const Lines& lines) { to.insert(to.end(), lines.begin(), lines.end()); }

std::set<int64_t> evenly_spread(int64_t count, int64_t most) {
  const auto wanted = std::min(count, most);
  std::set<int64_t> chosen;
  for (int64_t i = 0; i < wanted; ++i)
    chosen.insert(wanted == 1 ? 1 : 1 + i * (count - 1) / (wanted - 1));
  return chosen;
}

Settled settle(World& world, const Settling& settling) {
  Settled settled;
  auto& [problems, checked] = settled;
  if (settling.again) append(problems, world.run_later(*settling.again));
  if (!settling.polls_first) append(problems, world.run_later({"cb-exec"}));
  append(problems, world.run_later({"cb-poll"}));
  for (int round = 0; round < settling.rounds; ++round) {
    append(problems, world.run_later({"cb-exec"}));
    for (const auto& call : settling.also) append(problems, world.run_later(call));
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
  if (!settling.expected.empty() && checked.states != settling.expected)
    problems.push_back("states: " + checked.states + "; undisturbed: " + settling.expected);
  return settled;
}

}  // namespace cb::crash
