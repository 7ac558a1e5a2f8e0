// Work on the database file itself: nobody may write, and whoever had it open is fenced.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "db/connection.h"
#include "os/lock.h"
#include "state/layout.h"

namespace cb::state {

// While it lives nobody passes the write gate. Who comes is told at once, Fault::temporary, "WHAT
// is under way (pid N, PROGRAM)"; who waited at the gate already, when its patience ends. Readers
// notice nothing. The kernel ends it with its process: what a killed one left is told by the files.
//
// A connection that this process opens meanwhile needs a gate of its own (layout.restore_gate());
// what wants the real gate would wait for itself.
//
// The fence needs nothing but a rename: a connection that was opened on another file than the one
// that has the name state.db now is refused at the gate, Fault::temporary, "it was restored or
// replaced meanwhile"; reopening the store is the way on.
class Maintenance {
 public:
  // `what`: "a restore". Waits at most `patience` for a transaction that is under way. Throws
  // Error{Fault::temporary} that names who is in the way.
  Maintenance(const Layout& layout, std::string_view what, Duration patience);
  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;
  ~Maintenance();

 private:
  os::FileLock announcement_, gate_;
};

// How often the store was restored, plus one: tells stores of different histories apart, for
// manifests and people. In meta.
int64_t generation(db::Connection& db);
void set_generation(db::Connection& db, int64_t generation);  // inside a db::Transaction

}  // namespace cb::state
