// A command's output, into its log and through to ours.
#pragma once

#include <poll.h>

#include <string>
#include <vector>

#include "os/fd.h"

namespace cb::exec {

// One stream of the command. Never waits: our own reader may be slow or gone without holding up
// timeouts; while it is slow, the command is held back once a buffer is full, as a pipe would.
class Tee {
 public:
  // What is read from the pipe goes to `target` (1 or 2).
  explicit Tee(int target);

  int writer() const { return writer_.get(); }  // for the command
  void close_writer() { writer_.reset(); }

  // What to wait for: the pipe while there is room, the target while something is left for it.
  void add_interest(std::vector<pollfd>& interest) const;
  // Moves what can be moved; `log` may be -1.
  void move(int log);
  bool has_output_left() const { return !pending_.empty(); }

 private:
  void read(int log);
  void write();

  int target_;
  os::Fd reader_, writer_;
  std::string pending_;
  bool is_target_gone_ = false;
};

}  // namespace cb::exec
