#include "os/hint.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "base/text.h"
#include "os/env.h"
#include "os/file.h"

namespace cb::os {
namespace {

// Not IN_MODIFY: a file that somebody keeps open is for polling, and a slow writer would wake us
// for every line. IN_CREATE tells of links, which nobody closes.
constexpr uint32_t kHinted = IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                             IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr size_t kEventsSize = 64 * 1024;
constexpr int kMostReads = 64;

std::optional<int64_t> setting(const std::string& path) {
  return parse_integer(trimmed(read_file(path).value_or("")));
}

// The limit that is reached: the machine's, or a smaller one of the user name space we are in.
std::string limit_line(const std::string& what) {
  std::string name = "fs.inotify.max_user_" + what;
  auto value = setting("/proc/sys/fs/inotify/max_user_" + what);
  const auto inner = setting("/proc/sys/user/max_inotify_" + what);
  if (inner && (!value || *inner < *value)) {
    name = "user.max_inotify_" + what;
    value = inner;
  }
  const int64_t more = std::max<int64_t>(value.value_or(0) * 2, 1024);
  return name + " (" + (value ? std::to_string(*value) : "unknown") +
         ") is reached; raise it: sysctl -w " + name + "=" + std::to_string(more) +
         ", and in /etc/sysctl.d for good";
}

bool has_free_descriptor() { return static_cast<bool>(Fd(open("/", O_PATH | O_CLOEXEC))); }

bool is_on_network(const std::string& directory) {
  try {
    return network_file_system(directory).has_value();
  } catch (const Error&) {
    return false;  // gone meanwhile: adding it says so
  }
}

}  // namespace

struct Hints::State {
  class OnceEach {
   public:
    void add(const std::string& path) {
      if (seen_.insert(path).second) paths_.push_back(path);
    }
    std::vector<std::string> take() { return std::move(paths_); }

   private:
    std::unordered_set<std::string> seen_;
    std::vector<std::string> paths_;
  };

  Fd fd;
  std::string why_not;
  std::map<std::string, int, std::less<>> watches;          // by path
  std::unordered_map<int, std::vector<std::string>> paths;  // of one directory, by watch
  OnceEach files, directories;
  bool is_all_lost = false;

  bool open_queue() {
    if (fd) return true;
    fd = Fd(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (fd) return true;
    const int error = errno;
    why_not = error == EMFILE && has_free_descriptor()
                  ? limit_line("instances")
                  : std::string("start inotify: ") + std::strerror(error);
    return false;
  }

  // The path leads to another directory, or to none, by now.
  void forget(std::map<std::string, int, std::less<>>::iterator entry) {
    auto& names = paths[entry->second];
    std::erase(names, entry->first);
    if (names.empty()) {
      inotify_rm_watch(fd.get(), entry->second);
      paths.erase(entry->second);
    }
    watches.erase(entry);
  }

  void forget_path(const std::string& path) {
    if (const auto entry = watches.find(path); entry != watches.end()) forget(entry);
  }

  void forget_below(const std::string& directory) {
    forget_path(directory);
    const std::string prefix = directory + '/';
    for (auto entry = watches.lower_bound(prefix);
         entry != watches.end() && entry->first.starts_with(prefix);) {
      forget(entry++);
    }
  }

  // One directory may have several paths, and one that was renamed has an old one.
  void forget_stale(int watch, const std::string& directory) {
    const auto found = paths.find(watch);
    if (found == paths.end()) return;
    const auto id = file_id(directory);
    for (const std::string& other : std::vector(found->second)) {
      if (other != directory && file_id(other) != id) forget_path(other);
    }
  }

  void note_all(int watch, const std::vector<std::string>& names, const inotify_event& event) {
    for (const std::string& directory : names) {
      if ((event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) != 0) {
        forget_below(directory);
        directories.add(directory);
      } else if (event.len > 0) {
        note(directory + '/' + event.name, event.mask);
      }
    }
    if ((event.mask & IN_IGNORED) != 0) paths.erase(watch);
  }

  void note(const std::string& path, uint32_t mask) {
    if ((mask & IN_ISDIR) == 0) return files.add(path);
    // What was watched under this name, or below it, is gone or has another name.
    forget_below(path);
    directories.add(path);
  }

  void note_event(const inotify_event& event) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) {
      is_all_lost = true;
    } else if (const auto found = paths.find(event.wd); found != paths.end()) {
      note_all(event.wd, std::vector(found->second), event);
    }
  }
};

Hints::Hints() : state_(std::make_unique<State>()) { state_->open_queue(); }

Hints::~Hints() = default;

bool Hints::add(const std::string& directory) {
  State& state = *state_;
  state.why_not.clear();
  const auto known = state.watches.find(directory);
  if (known == state.watches.end() && is_on_network(directory)) return false;
  if (!state.open_queue()) return false;
  const int watch = inotify_add_watch(state.fd.get(), directory.c_str(), kHinted);
  if (watch < 0) {
    const int error = errno;
    if (known != state.watches.end()) state.forget(known);
    if (error == ENOSPC) {
      state.why_not = limit_line("watches");
    } else if (error != ENOENT && error != ENOTDIR) {
      state.why_not = "watch " + directory + ": " + std::strerror(error);
    }
    return false;
  }
  if (known != state.watches.end()) {
    if (known->second == watch) return true;
    state.forget(known);
  }
  state.watches[directory] = watch;
  state.paths[watch].push_back(directory);
  state.forget_stale(watch, directory);
  return true;
}

const std::string& Hints::why_not() const { return state_->why_not; }

int Hints::descriptor() const { return state_->fd.get(); }

Hints::News Hints::take() {
  State& state = *state_;
  state.files = {};
  state.directories = {};
  state.is_all_lost = false;
  alignas(inotify_event) char events[kEventsSize];
  for (int reads = 0; state.fd && reads < kMostReads; ++reads) {
    const ssize_t size = read(state.fd.get(), events, sizeof events);
    if (size <= 0) break;
    for (const char* at = events; at < events + size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      state.note_event(*event);
      at += sizeof(inotify_event) + event->len;
    }
  }
  return {.files = state.files.take(),
          .directories = state.directories.take(),
          .is_all_lost = state.is_all_lost};
}

}  // namespace cb::os
