// The journal of a store (journal/ in its directory), read without cb's code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cb::crash {

struct LogLine {
  bool is_good = false;  // else nothing below is set
  int64_t seq = 0, n = 0;
  std::string cause, before, after, reason, detail, run;  // "(null)" where there is none
  std::string state;  // of the task's row as the line has it; "" when it has none
};

// All lines that have an end, file after file.
std::vector<LogLine> read_event_log(const std::string& state_directory);

}  // namespace cb::crash
