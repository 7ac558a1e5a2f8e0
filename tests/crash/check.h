// Whether a store, its board and its commands agree. Shares no code with cb: it knows the schema
// and the invariants on its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cb::crash {

struct Place {
  std::string state;  // the state directory
  std::string board;  // the board of the source "board"; "" = there is none
  // "begin TASK RUN", "end TASK RUN EXIT", "overlap TASK RUN" and "key-overlap TASK RUN", one line
  // each; may be missing
  std::string ledger;
  std::string ends = {};  // what was seen in ends/ earlier; may be missing
  // What tools printed with --json, in files "TOOL.N"; may be missing
  std::string answers = {};
  // Files that somebody dropped, "ID TAB FATE TAB PATH"; may be missing. The fates are those of
  // world.h.
  std::string drops = {};
  std::string printed = {};  // paths that a filter printed, one line each; may be missing
  std::vector<std::string> roots = {};  // under them dropped files may lie; "" is none
  bool is_edited = false;               // people moved, added and removed tasks meanwhile
};

enum class When {
  any_time,  // a tool may have been killed a moment ago
  settled,   // tools have run undisturbed since, until nothing was left to do
};

struct Checked {
  std::vector<std::string> violations;  // one line each
  int64_t tasks = 0, runs = 0, events = 0;
  int64_t ends_unseen = 0;  // commands that succeeded, but their cb-exec died before it could tell
  std::string states;       // "board:a succeeded, board:b failed", by name
};

// Changes nothing. Throws std::runtime_error when something cannot be read at all.
Checked check(const Place& place, When when);

}  // namespace cb::crash
