// How commands ended, on disk until the store has it, so that a finished run is never taken for a
// crashed one.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "model/outcome.h"
#include "os/file.h"
#include "os/process.h"
#include "state/layout.h"

namespace cb::flow {

// How the process ended, as cb-exec saw it.
struct ProcessEnd {
  int exit = 0;
  int signal = 0;  // 0: it exited
  model::Ending::Event event = model::Ending::Event::none;
  std::string message = {};
};

// What one cb-exec keeps: a file of its own in ends/, a line per end, each written at once. There
// is no file before the first end, and none after the last unless something was not recorded.
class Ends {
 public:
  explicit Ends(const state::Layout& layout) : layout_(layout) {}
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;
  ~Ends();

  // Throws Error. Synced, it tells even after a power cut that what the command left is on the
  // disk.
  void keep(const std::string& run, const ProcessEnd& end, os::Sync sync);
  void recorded(const std::string& run);  // the store has it

 private:
  const state::Layout& layout_;
  std::string path_;
  os::Fd file_;
  uint64_t size_ = 0;
  std::set<std::string> unrecorded_;
};

enum class Kept { any, synced };
// What the cb-exec `owner` kept of `run`; nullopt: nothing, or nothing readable.
std::optional<ProcessEnd> kept_end(const state::Layout& layout, const os::ProcessId& owner,
                                   const std::string& run, Kept wanted);
// Which cb-exec kept how `run` ended, and what; nullopt: none did. One of before a restart of the
// machine counts if it synced that.
std::optional<std::pair<os::ProcessId, ProcessEnd>> witness_of(const state::Layout& layout,
                                                               const std::string& run);
// Once the store has all that a dead cb-exec kept.
void remove_ends(const state::Layout& layout, const os::ProcessId& owner);

}  // namespace cb::flow
