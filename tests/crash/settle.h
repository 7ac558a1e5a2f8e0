// What happens after a disturbance: the tools run as they do every day, until nothing is left to
// do.
#pragma once

#include <set>

#include "scenario.h"

namespace cb::crash {

using Lines = std::vector<std::string>;
void append(Lines& to, const Lines& lines);

// At most `most` of 1..count, the first and the last among them.
std::set<int64_t> evenly_spread(int64_t count, int64_t most);

enum class First { poll, exec };  // the tool that comes first

struct Settled {
  Lines problems;
  std::string states;       // as Checked::states
  int64_t ends_unseen = 0;  // as Checked::ends_unseen
};
// `expected`: the states of an undisturbed world; "" = whatever they are.
Settled settle(World& world, const Scenario& scenario, const Call& call, First first,
               const std::string& expected);

}  // namespace cb::crash
