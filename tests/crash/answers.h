// What tools said that they had done, as they said it with --json.
#pragma once

#include <string>
#include <vector>

namespace cb::crash {

struct Answer {
  std::string tool, task, run;
  // "verdict": it went from `before` ("": unknown) to `after`; of cb-task the cause that such an
  // action has; of cb-exec the outcome of `run`.
  std::string what, before, after;
};

// Of all files "TOOL.N" in `directory`, which may be missing. A last line that a killed tool did
// not finish says nothing. Throws std::runtime_error on any other that cannot be read.
std::vector<Answer> read_answers(const std::string& directory);

}  // namespace cb::crash
