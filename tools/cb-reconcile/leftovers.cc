#include "leftovers.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/process.h"
#include "state/keep.h"
#include "state/runs.h"

namespace cb::reconcile {
namespace {

constexpr size_t kRunId = 26;
constexpr std::string_view kPollLock = "poll-";

void tell(const Job& job, const std::string& path, const std::string& why) {
  const auto inside = path.substr(job.store.layout.root.size() + 1);
  job.report.add({.kind = Record::Kind::cleaning,
                  .action = "remove",
                  .done = !job.only_reports(),
                  .reason = inside + ": " + why});
}

// Something that cannot be removed stays, and hinders nothing else.
bool is_removed(const Job& job, const std::string& path) {
  if (job.only_reports()) return true;
  try {
    os::remove_all(path);
  } catch (const Error& error) {
    job.report.messages().problem(error.what());
    return false;
  }
  return true;
}

void remove(const Job& job, const std::string& path, const std::string& why) {
  if (is_removed(job, path)) tell(job, path, why);
}

bool is_run_id(const std::string& name) {
  return name.size() == kRunId && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

// A run is in the store before its directory is made, and its id is never used again: a directory
// that was there before the store was asked, and whose run the store does not know, is nobody's.
void remove_runs(const Job& job) {
  for (const auto& name : os::list_directory(job.store.layout.runs()))
    if (is_run_id(name) && !state::is_run_known(*job.store.db, name))
      remove(job, job.store.layout.run(name), "its run is forgotten");
}

std::set<std::string> working_directories(const state::Layout& layout) {
  std::set<std::string> found;
  for (const auto& source : os::list_directory(layout.works())) {
    const auto directory = layout.works() + "/" + source;
    if (!os::is_directory(directory)) continue;
    for (const auto& id : os::list_directory(directory)) found.insert(directory + "/" + id);
  }
  return found;
}

void drop_owned(const Job& job, std::set<std::string>& directories) {
  if (directories.empty()) return;
  state::name_all(*job.store.db, [&](const std::string& source, const std::string& id) {
    directories.erase(job.store.layout.work({source, id}));
  });
}

// A task may come back under its name, and its command then uses the same directory. No task is
// stored while the gate is held: what has no owner then is put aside at once, and removed later.
void remove_working_directories(const Job& job) {
  auto directories = working_directories(job.store.layout);
  drop_owned(job, directories);
  if (directories.empty()) return;
  std::vector<std::pair<std::string, std::string>> aside;  // old name, new name
  job.change([&](auto&) {
    drop_owned(job, directories);
    for (const auto& directory : directories) {
      const auto target = job.store.layout.trash() + "/" + os::new_id(job.now());
      if (job.only_reports() || os::rename_path(directory, target))
        aside.emplace_back(directory, target);
    }
  });
  for (const auto& [directory, target] : aside)
    if (is_removed(job, target)) tell(job, directory, "its task is forgotten");
}

// "BOOT-PID-START", as state::Layout::ends_of() makes it.
bool is_owner_dead(const std::string& name) {
  const auto first = name.find('-'), second = name.find('-', first + 1);
  if (first == name.npos || second == name.npos) return false;
  const auto pid = parse_integer(name.substr(first + 1, second - first - 1));
  const auto start = parse_integer(name.substr(second + 1));
  if (!pid || !start) return false;
  const auto boot = os::boot_id();
  if (name.substr(0, first) != boot.substr(0, first)) return true;
  return !os::is_alive({boot, static_cast<pid_t>(*pid), static_cast<uint64_t>(*start)});
}

// A dead cb-exec begins no run: those that it left are all in the store before it is asked.
void remove_ends(const Job& job) {
  const auto& layout = job.store.layout;
  std::set<std::string> dead;
  for (const auto& name : os::list_directory(layout.ends()))
    if (is_owner_dead(name)) dead.insert(layout.ends() + "/" + name);
  if (dead.empty()) return;
  for (const auto& run : state::live_runs(*job.store.db))
    dead.erase(layout.ends_of(run.supervisor));
  for (const auto& path : dead) remove(job, path, "its cb-exec is gone, and its runs are recorded");
}

// Removed while it is held: who waits for it notices that it is another file.
void remove_locks(const Job& job) {
  const auto directory = job.store.layout.locks();
  for (const auto& name : os::list_directory(directory)) {
    if (!name.starts_with(kPollLock)) continue;
    const auto source = name.substr(kPollLock.size());
    if (job.config.find_source(source) || state::has_tasks(*job.store.db, source)) continue;
    os::FileLock lock(directory + "/" + name);
    if (lock.try_lock()) remove(job, directory + "/" + name, "there is no such source");
  }
}

void empty_trash(const Job& job) {
  if (job.only_reports()) return;
  os::make_directory(job.store.layout.trash());
  for (const auto& name : os::list_directory(job.store.layout.trash()))
    is_removed(job, job.store.layout.trash() + "/" + name);
}

}  // namespace

void remove_leftovers(const Job& job) {
  empty_trash(job);
  remove_runs(job);
  remove_working_directories(job);
  remove_ends(job);
  remove_locks(job);
}

}  // namespace cb::reconcile
