#include "untouched.h"

#include "os/clock.h"
#include "os/file.h"
#include "os/lock.h"

namespace cb::backup {
namespace {

// The coarsest file systems count in steps of two seconds.
constexpr Duration kSettled = std::chrono::seconds(3);

std::string note_of(const Shelf& shelf) { return shelf.path() + "/.unchanged"; }

}  // namespace

std::string look_of_files(const state::Layout& layout) {
  if (!os::exists(layout.gate())) return "";
  // A writer holds the gate from before its first byte until readers see its commit: without it,
  // what is in the log already could be shown to nobody yet.
  os::FileLock gate(layout.gate());
  if (!gate.try_lock()) return "";
  const auto now = os::system_now();
  std::string look;
  for (const auto& path : {layout.database(), layout.database() + "-wal"}) {
    const auto changed = os::file_changed_at(path);
    // An empty log, as the first to open the store makes it, shows every write by its size.
    const auto is_empty = os::file_size(path).value_or(0) == 0;
    if (changed && !is_empty && now - *changed < kSettled) return "";
    look += path + " " + os::file_stamp(path) + "\n";
  }
  return look;
}

bool is_untouched(const Shelf& shelf, const std::string& id, const std::string& look) {
  return !look.empty() && os::read_file(note_of(shelf)) == id + "\n" + look;
}

// Not synced: a note that is lost or cut off is like none. Half-made it has a name that the next
// cb-backup removes.
void note_untouched(const Shelf& shelf, const std::string& id, const std::string& look) {
  if (look.empty()) return;
  const auto draft = shelf.path() + "/.tmp-unchanged";
  os::write_file(draft, id + "\n" + look);
  os::rename_path(draft, note_of(shelf));
}

}  // namespace cb::backup
