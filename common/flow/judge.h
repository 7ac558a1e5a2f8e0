// From how a command's process ended to what that means: reads what the run left in its directory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flow/ends.h"
#include "model/outcome.h"
#include "os/file.h"
#include "state/layout.h"
#include "state/runs.h"

namespace cb::flow {

struct Attachment {
  std::string path;  // absolute
  std::string name;
};

// Everything that is to be recorded about an ended run.
struct Judgement {
  state::RunRow run;  // with exit, signal, message, cost_usd, data filled in
  model::Conclusion conclusion;
  std::vector<Attachment> attachments;  // of a success; synced to disk
  std::string upstream_status, upstream_comment;
};

// Reads the result file and the artifacts and concludes; what cannot be read or synced is a
// failure. Touches no store. `jitter`: in [-1, 1].
Judgement judge(const state::Layout& layout, state::RunRow run, const ProcessEnd& end,
                double jitter);

// A fresh jitter.
double random_jitter();

}  // namespace cb::flow
