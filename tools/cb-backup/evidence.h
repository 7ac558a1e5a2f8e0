// What is known to have happened although a rebuilt store does not know of it.
#pragma once

#include <map>
#include <string>

#include "model/task.h"
#include "state/journal.h"
#include "state/layout.h"
#include "state/store.h"

namespace cb::backup {

// Open tasks that must not simply go on, and why: a run of theirs has left a directory, or stands
// in the part of the journal that was not replayed, or nothing tells what became of them in a gap
// of the journal.
struct Doubt {
  model::TaskName task;
  std::string why;
};
std::vector<Doubt> find_doubts(db::Connection& db, const state::Layout& layout,
                               const state::JournalRead& replayed, int64_t backup_event);

}  // namespace cb::backup
