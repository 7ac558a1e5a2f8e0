#include "settle.h"

#include <algorithm>

namespace cb::crash {
namespace {

constexpr int kRounds = 10;

}  // namespace

void append(Lines& to, const Lines& lines) { to.insert(to.end(), lines.begin(), lines.end()); }

std::set<int64_t> evenly_spread(int64_t count, int64_t most) {
  const auto wanted = std::min(count, most);
  std::set<int64_t> chosen;
  for (int64_t i = 0; i < wanted; ++i)
    chosen.insert(wanted == 1 ? 1 : 1 + i * (count - 1) / (wanted - 1));
  return chosen;
}

Settled settle(World& world, const Scenario& scenario, const Call& call, First first,
               const std::string& expected) {
  Settled settled;
  auto& problems = settled.problems;
  if (scenario.is_repeated) append(problems, world.run_later(call));
  if (first == First::exec) append(problems, world.run_later({"cb-exec"}));
  append(problems, world.run_later({"cb-poll"}));
  Checked checked;
  for (int round = 0; round < kRounds; ++round) {
    append(problems, world.run_later({"cb-exec"}));
    checked = check(world.place(), When::settled);
    if (checked.violations.empty()) break;
  }
  if (checked.violations.empty()) {
    append(problems, world.run_later({"cb-poll"}));  // sees what cb itself wrote
    checked = check(world.place(), When::settled);
  }
  append(problems, checked.violations);
  append(problems, world.left_processes());
  if (!expected.empty() && checked.states != expected)
    problems.push_back("states: " + checked.states + "; undisturbed: " + expected);
  settled.states = checked.states;
  settled.ends_unseen = checked.ends_unseen;
  return settled;
}

}  // namespace cb::crash
