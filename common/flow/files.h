// A finished file comes in: what becomes of it, and of its task.
// Everything here is to be called inside a db::Transaction.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "db/connection.h"
#include "flow/admit.h"
#include "state/files.h"
#include "state/tasks.h"

namespace cb::flow {

struct FoundFile {
  std::string name;  // relative to the watched directory
  std::string path;  // absolute
  std::string content;
  int64_t size = 0;
  int64_t stamp = 0;
};

struct TakenFile {
  enum class Kind {
    known,      // this content had this name before (or its task was done and forgotten): no work
    returned,   // the same, but it had been replaced or was gone before its task began: the task is
                // open again
    given,      // a task of its own was made, or it was tied to one that waited
    unmatched,  // kept until a task fits or a person ties it
    listed,     // of a filter
  } kind = Kind::known;
  state::FileRow file;
  std::optional<state::TaskRow> task;  // as it is now
};

// The tasks that wait for a file of one watch, read once, when they are first asked for; to be used
// within one transaction. A task that got a file in it stays a rival for the files after.
class Waiting {
 public:
  Waiting(db::Connection& db, const config::Config& config, const config::Watch& watch);
  ~Waiting();
  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

// Takes in a file that was read whole. An older content of that name whose task has not begun is
// replaced: its own task is canceled, a tied task gets the new one.
TakenFile take_file(db::Connection& db, const config::Config& config, const config::Watch& watch,
                    Waiting& waiting, const FoundFile& found, Instant now);

// Tries the unmatched files of a watch again, as tasks may have come; those that found one. Costs a
// query when no task waits or no file is unmatched; otherwise each of these files is compared: to
// be called when something was committed. A near tie is not solved by a rival that found its file.
std::vector<TakenFile> match_again(db::Connection& db, const config::Config& config,
                                   const config::Watch& watch, Waiting& waiting, Instant now);

// A person's word: this file is for that task, whose handler must need a file of that watch, or
// which must have had a file before. What the two had before is undone: the file's earlier task
// waits again (its own is canceled), the task's earlier file is unmatched again. A task that has
// ended runs again. Throws Error{Fault::answer} "tie NAME: cause" when it cannot be.
TakenFile tie_file(db::Connection& db, const config::Config& config, state::FileRow file,
                   state::TaskRow task, Instant now);

// A complete scan was without a given or unmatched file, or it is there (again). The second time in
// a row it is gone: a task that has not begun is canceled, or waits for a file again. Returns
// whether that was so now. Of others, and of a file that lies elsewhere than at its name in the
// watched directory, nothing is concluded.
bool note_file_missing(db::Connection& db, const config::Config& config, state::FileRow& file,
                       Instant now);
void note_file_present(db::Connection& db, state::FileRow& file);

}  // namespace cb::flow
