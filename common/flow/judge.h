// From how a command's process ended to what that means: reads what the run left in its directory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/outcome.h"
#include "os/file.h"
#include "state/layout.h"
#include "state/runs.h"

namespace cb::flow {

// How the process ended, as cb-exec saw it.
struct ProcessEnd {
  int exit = 0;
  int signal = 0;  // 0: it exited
  model::Ending::Event event = model::Ending::Event::none;
  std::string message = {};
};

// The same, kept in the run's directory until the store has it, so that a finished run is never
// taken for a crashed one.
void spool_end(const state::Layout& layout, const std::string& run, const ProcessEnd& end,
               os::Sync sync);
// After a power cut only a synced one tells that what the command left is on the disk as well.
enum class Spooled { any, synced };
std::optional<ProcessEnd> read_spooled_end(const state::Layout& layout, const std::string& run,
                                           Spooled wanted);  // nullopt: none such, or unreadable

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

// Reads the result file and the artifacts and concludes. Touches no store. `jitter`: in [-1, 1].
Judgement judge(const state::Layout& layout, state::RunRow run, const ProcessEnd& end,
                double jitter);

// A fresh jitter.
double random_jitter();

}  // namespace cb::flow
