// What happens after a disturbance: tools run undisturbed, one after another, until nothing is left
// to do.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "world.h"

namespace cb::crash {

using Lines = std::vector<std::string>;
void append(Lines& to, const Lines& lines);

// At most `most` of 1..count, the first and the last among them.
std::set<int64_t> evenly_spread(int64_t count, int64_t most);

struct Settling {
  std::optional<Call> again = {};  // first, as a person or cron would repeat what was disturbed
  std::vector<Call> also = {};     // after each cb-exec
  bool polls_first = false;
  int rounds = 10;            // of cb-exec, at most
  std::string expected = {};  // the states of an undisturbed world; "": whatever they are
};

struct Settled {
  Lines problems;  // of the tools, what the checker says, processes left, unexpected states
  Checked checked;
};
Settled settle(World& world, const Settling& settling);

}  // namespace cb::crash
