// What is known to have happened although a rebuilt store does not know of it.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "model/task.h"
#include "state/journal.h"
#include "state/layout.h"
#include "state/store.h"

namespace cb::backup {

// A task, and what is known of it, for people.
struct Told {
  model::TaskName task;
  std::string what;
};

struct Evidence {
  // Runs whose end was kept although the store did not know of them: they have their row and their
  // outcome now.
  std::vector<Told> proven;
  // Open tasks that must not simply go on: a run of theirs has left a directory, or stands in the
  // part of the journal that was not replayed, or nothing tells what became of them where the
  // journal has a gap.
  std::vector<Told> held;
};

// Takes in what is proven and holds what is in doubt. Its transactions are made here.
Evidence take_evidence(db::Connection& db, const state::Layout& layout,
                       const config::Config& config, const state::JournalRead& replayed,
                       int64_t backup_event, Instant now);

}  // namespace cb::backup
