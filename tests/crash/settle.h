// Tools that run undisturbed, one after another, until nothing is left to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "world.h"

namespace cb::crash {

struct Settling {
  std::optional<Call> again = {};  // first, as a person or cron would repeat what was killed
  bool polls_first = false;
  int rounds = 10;  // of cb-exec, at most
};

struct Settled {
  std::vector<std::string> problems;  // of the tools, what the checker says, processes left
  Checked checked;
};
Settled settle(World& world, const Settling& settling);

void append(std::vector<std::string>& to, const std::vector<std::string>& lines);

}  // namespace cb::crash
