// What the tools are killed at.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "world.h"

namespace cb::crash {

struct Scenario {
  std::string name;
  std::string tool;                     // the one that dies
  std::function<void(World&)> prepare;  // what was there before
  std::vector<Call> calls;              // each is tried on its own
  bool is_repeated = false;             // the call is made again first, as a person or cron would
  bool is_single = false;               // no command runs while the store is written
  std::vector<Call> also = {};          // what runs after each cb-exec until all is settled

  std::optional<Call> again(const Call& call) const {
    return is_repeated ? std::optional(call) : std::nullopt;
  }
};
const std::vector<Scenario>& scenarios();

// Those of cb-watch; a configuration with a watch of inbox/: its members beside the directory, and
// those of the handler of files.
std::string watch_config(const std::string& watch,
                         const std::string& handler = R"("on_crash": "retry")");
const std::vector<Scenario>& watch_scenarios();

// A configuration and the board that most begin with: a chain of two, one with an artifact, one
// that fails twice, two of a key.
void lay_out_board(World& world);

}  // namespace cb::crash
