// Reading /proc. Where it cannot be read at all nothing is known, and that is thrown: a process is
// never taken for dead because of it.
#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string_view>
#include <unordered_set>

#include "base/text.h"
#include "os/file.h"
#include "os/own_children.h"
#include "os/process.h"

namespace cb::os {
namespace {

struct ProcEntry {
  pid_t pid = 0;
  pid_t parent = 0;
  char state = 0;
  long threads = 0;
  uint64_t start = 0;

  // A zombie with threads left is a program whose first thread ended: it still works.
  bool lives() const { return (state != 'Z' && state != 'X') || threads > 1; }
};

// nullopt when it is gone, which may happen between any two calls.
std::optional<std::string> read_of(pid_t pid, const char* name) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  std::unique_ptr<FILE, int (*)(FILE*)> file(fopen(path, "re"), fclose);
  if (!file && (errno == ENOENT || errno == ESRCH)) return std::nullopt;
  if (!file) fail("read", path, errno);
  char bytes[4096];
  const size_t size = fread(bytes, 1, sizeof bytes, file.get());
  if (ferror(file.get()) && errno != ESRCH) fail("read", path, errno);
  if (size == 0) return std::nullopt;
  return std::string(bytes, size);
}

std::optional<ProcEntry> read_entry(pid_t pid) {
  const auto stat = read_of(pid, "stat");
  if (!stat) return std::nullopt;
  // "pid (name) state ppid …": the name may hold blanks and parentheses.
  const size_t name_end = stat->rfind(')');
  ProcEntry entry{.pid = pid};
  if (name_end == std::string::npos ||
      std::sscanf(stat->c_str() + name_end + 1,
                  " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld %*d %lu",
                  &entry.state, &entry.parent, &entry.threads, &entry.start) != 4) {
    throw Error(Fault::permanent, "read /proc/" + std::to_string(pid) + "/stat: unknown format");
  }
  return entry;
}

// A process and its limit of real-time work, in which a tag is kept. A program may change its soft
// limit, so the hard one counts as well.
struct Carrier {
  pid_t pid = 0;
  Tag soft = 0, hard = 0;

  bool carries(Tag tag) const { return tag != 0 && (soft == tag || hard == tag); }
};

bool is_carried(Tag tag, const std::vector<Carrier>& carriers) {
  return std::ranges::any_of(carriers, [tag](const Carrier& one) { return one.carries(tag); });
}

// "Max realtime timeout  SOFT  HARD  us", either of them perhaps "unlimited".
std::optional<Carrier> read_carrier_as_text(pid_t pid) {
  const auto text = read_of(pid, "limits");
  if (!text) return std::nullopt;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("Max realtime timeout")) continue;
    std::istringstream words(line.substr(20));
    std::string soft, hard;
    words >> soft >> hard;
    return Carrier{.pid = pid,
                   .soft = static_cast<Tag>(parse_integer(soft).value_or(0)),
                   .hard = static_cast<Tag>(parse_integer(hard).value_or(0))};
  }
  throw Error(Fault::permanent, "read /proc/" + std::to_string(pid) + "/limits: unknown format");
}

// nullopt when it is gone.
std::optional<Carrier> read_carrier(pid_t pid) {
  rlimit limit{};
  if (prlimit(pid, RLIMIT_RTTIME, nullptr, &limit) == 0) {
    return Carrier{.pid = pid, .soft = limit.rlim_cur, .hard = limit.rlim_max};
  }
  if (errno == EPERM) return read_carrier_as_text(pid);  // of another user
  return std::nullopt;
}

bool lives(pid_t pid) {
  const auto entry = read_entry(pid);
  return entry && entry->lives();
}

std::vector<pid_t> all_pids() {
  std::vector<pid_t> pids;
  for (const std::string& name : list_directory("/proc")) {
    if (const auto pid = parse_integer(name)) pids.push_back(static_cast<pid_t>(*pid));
  }
  if (pids.empty()) throw Error(Fault::permanent, "read /proc: it lists no process");
  return pids;
}

// Looks at every process but `skipped` once and adds the carriers of `tags` to `living`. False when
// one ended meanwhile that was, or may have been, a carrier: what it had started may have come too
// late for the list of processes. `ended` are the carriers known as dead.
bool look_once(const std::vector<Tag>& tags, pid_t skipped, std::vector<Carrier>& living,
               std::unordered_set<pid_t>& ended) {
  bool settled = true;
  for (const pid_t pid : all_pids()) {
    if (pid == skipped || ended.contains(pid)) continue;
    const auto carrier = read_carrier(pid);
    if (!carrier) settled = false;
    if (!carrier || std::ranges::none_of(tags, [&](Tag tag) { return carrier->carries(tag); })) {
      continue;
    }
    if (lives(pid)) {
      living.push_back(*carrier);
    } else {
      ended.insert(pid);
      settled = false;
    }
  }
  return settled;
}

// Looks until each of `tags` was seen or nothing can have been missed. On a machine where processes
// end all the time the second may never be certain; to escape every look, a command would have to
// fork and end just in time in each.
std::vector<Carrier> find_carriers(const std::vector<Tag>& tags, pid_t skipped) {
  constexpr int kLooks = 100;
  std::vector<Carrier> living;
  std::unordered_set<pid_t> ended;
  for (int look = 0; look < kLooks; ++look) {
    if (look_once(tags, skipped, living, ended)) break;
    if (std::ranges::all_of(tags, [&](Tag tag) { return is_carried(tag, living); })) break;
  }
  return living;
}

std::vector<ProcEntry> all_living() {
  std::vector<ProcEntry> entries;
  for (const pid_t pid : all_pids()) {
    const auto entry = read_entry(pid);
    if (entry && entry->lives()) entries.push_back(*entry);
  }
  return entries;
}

// Adds to `pids` the descendants of its members, nearest first.
void add_descendants(std::vector<pid_t>& pids) {
  const std::vector<ProcEntry> table = all_living();
  for (size_t i = 0; i < pids.size(); ++i) {
    for (const ProcEntry& entry : table) {
      if (entry.parent == pids[i] && std::ranges::find(pids, entry.pid) == pids.end()) {
        pids.push_back(entry.pid);
      }
    }
  }
}

// Those that have ended included. A kernel built without that file tells of a child when asked for
// it.
std::vector<pid_t> listed_children() {
  const auto text = read_file("/proc/thread-self/children");
  if (!text) return all_pids();
  std::vector<pid_t> pids;
  std::istringstream words(*text);
  for (pid_t pid = 0; words >> pid;) pids.push_back(pid);
  return pids;
}

bool is_living_child(pid_t pid) {
  siginfo_t ended{};
  const auto id = static_cast<id_t>(pid);
  return waitid(P_PID, id, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0;
}

}  // namespace

std::string boot_id() {
  static const std::string id = [] {
    const auto text = read_file("/proc/sys/kernel/random/boot_id");
    if (!text) throw Error(Fault::permanent, "read the boot id: /proc is not there");
    return text->substr(0, text->find('\n'));
  }();
  return id;
}

ProcessId this_process() {
  const auto entry = read_entry(getpid());
  if (!entry) fail("read", "/proc/self/stat", ENOENT);
  return {.boot = boot_id(), .pid = entry->pid, .start = entry->start};
}

bool is_alive(const ProcessId& process) {
  if (process.boot != boot_id() || process.pid <= 0) return false;
  const auto entry = read_entry(process.pid);
  // Where /proc hides other users' processes (hidepid), only kill() tells that there is one.
  if (!entry) return kill(process.pid, 0) != 0 && errno == EPERM;
  return entry->start == process.start && entry->lives();
}

std::optional<std::string> process_name(pid_t pid) {
  auto name = read_of(pid, "comm");
  if (name && name->ends_with('\n')) name->pop_back();
  return name;
}

std::vector<pid_t> processes_of(Tag tag) {
  std::vector<pid_t> found;
  if (tag == 0) return found;
  for (const Carrier& carrier : find_carriers({tag}, getpid())) found.push_back(carrier.pid);
  if (!found.empty()) add_descendants(found);
  std::erase(found, getpid());
  return found;
}

std::vector<Tag> living_tags(const std::vector<Tag>& tags) {
  std::vector<Tag> living;
  if (tags.empty()) return living;
  const auto carriers = find_carriers(tags, 0);
  for (const Tag tag : tags) {
    if (is_carried(tag, carriers) && std::ranges::find(living, tag) == living.end()) {
      living.push_back(tag);
    }
  }
  return living;
}

std::vector<pid_t> children() {
  std::vector<pid_t> found = listed_children();
  std::erase_if(found, [](pid_t pid) { return !is_living_child(pid); });
  return found;
}

std::vector<pid_t> adopted_children() {
  std::vector<pid_t> found = listed_children();
  std::erase_if(found, [](pid_t pid) {
    return std::ranges::count(own_children(), pid) > 0 || !is_living_child(pid);
  });
  return found;
}

}  // namespace cb::os
