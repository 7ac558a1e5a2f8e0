// Where everything lies in the state directory.
#pragma once

#include <optional>
#include <string>

#include "model/task.h"
#include "os/process.h"

namespace cb::state {

// Paths only; nothing is created or looked at. All absolute.
struct Layout {
  std::string root;

  std::string database() const { return root + "/state.db"; }
  std::string locks() const { return root + "/locks"; }
  std::string gate() const { return locks() + "/write"; }
  std::string maintenance() const { return locks() + "/maintenance"; }
  std::string restore_gate() const { return locks() + "/restore"; }  // of `restored()`
  std::string run_locks() const { return locks() + "/runs"; }        // one byte per live run
  std::string outbox_locks() const {
    return locks() + "/outbox";
  }  // one byte per task being delivered
  std::string runs() const { return root + "/runs"; }
  std::string ends() const { return root + "/ends"; }
  std::string ends_of(const os::ProcessId& owner) const;            // what one cb-exec keeps there
  std::string restored() const { return database() + ".restore"; }  // being rebuilt
  std::string journal() const { return root + "/journal"; }
  std::string reserve() const { return root + "/reserve"; }        // room for bad times
  std::string quarantine() const { return root + "/quarantine"; }  // what was damaged
  std::string backups() const { return root + "/backups"; }
  std::string works() const { return root + "/work"; }
  std::string trash() const { return root + "/trash"; }  // what is being removed
  // A file of each loop, whose time of change is that of its last turn.
  std::string progress() const { return root + "/progress"; }
  std::string progress(const std::string& loop) const { return progress() + "/" + loop; }
  // Held by whoever watches that watch.
  std::string watch_lock(const std::string& watch) const;

  std::string run(const std::string& id) const { return runs() + "/" + id; }
  std::string log(const std::string& id) const { return run(id) + "/output.log"; }
  std::string result(const std::string& id) const { return run(id) + "/result.json"; }
  std::string task_file(const std::string& id) const { return run(id) + "/task.json"; }
  std::string artifacts(const std::string& id) const { return run(id) + "/artifacts"; }
  // work/<source>/<id>, the id made safe as a file name.
  std::string work(const model::TaskName& name) const;
};

// Whose file of ends/ that is; nullopt for another name. Of another boot than `boot` only the first
// eight characters of its id are told.
std::optional<os::ProcessId> owner_of_ends(const std::string& name, const std::string& boot);

}  // namespace cb::state
