// Which files have stopped changing. Only what is told counts: no clock, no file is looked at here.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "os/scan.h"

namespace cb::watch {

// The files that are not done with. Times are of the boot clock, which is never set.
class Settling {
 public:
  explicit Settling(Duration settle) : settle_(settle) {}

  // Between the two, every file that is there is told to see(); the others are forgotten.
  void begin_scan();
  void end_scan();

  // It has this status. Whether it is ripe: it has had the same for `settle`.
  bool see(std::string_view name, const os::FileStatus& status, Duration now);
  // The same, but its waiting is over already.
  void see_settled(std::string_view name, const os::FileStatus& status, Duration now);
  void forget(std::string_view name);

  // Somebody writes it: its waiting begins anew. Returns whether that is so for the first time.
  bool wait_again(std::string_view name, Duration now);
  // Nothing can be done with it until its status changes.
  void refuse(std::string_view name);

  // The names whose waiting should be over, so that somebody looks whether they are still the same;
  // those that wait longest first, then by name.
  std::vector<std::string> due(Duration now) const;
  std::optional<Duration> next_due() const;
  std::optional<Duration> last_due() const;
  // All that wait, by name.
  std::vector<std::string> waiting() const;
  size_t size() const { return files_.size(); }

 private:
  struct File {
    os::FileStatus status;
    Duration since;        // it has had this status
    uint64_t scan = 0;     // the last that found it
    bool is_told = false;  // that somebody writes it
    bool is_refused = false;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Files = std::unordered_map<std::string, File, Hash, std::equal_to<>>;

  File& note(std::string_view name, const os::FileStatus& status, Duration now);

  Duration settle_;
  uint64_t scan_ = 0;
  Files files_;
};

}  // namespace cb::watch
