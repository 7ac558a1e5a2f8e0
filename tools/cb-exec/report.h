// What cb-exec says on stdout: one record per run.
#pragma once

#include "cli/output.h"
#include "state/layout.h"
#include "state/runs.h"
#include "state/tasks.h"

namespace cb::exec {

class Report {
 public:
  explicit Report(const cli::CommonOptions& options);

  // `row`: the task after the run; `run`: with its outcome and end.
  void run_ended(const state::Layout& layout, const state::TaskRow& row, const state::RunRow& run);
  void finish() { records_.finish(); }

 private:
  cli::Records records_;
};

// {"task","run","attempt","outcome","exit","signal","duration_ms","state","not_before","log"} and
// more (docs/json.md).
Json run_record(const state::Layout& layout, const state::TaskRow& row, const state::RunRow& run);

}  // namespace cb::exec
