// The running helper as lines in and lines out; what the lines mean is client.cc's.
#pragma once

#include <poll.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "os/child.h"
#include "os/fd.h"
#include "os/process.h"

namespace cb::upstream {

inline constexpr size_t kLongestLine = size_t{16} << 20;

class Process {
 public:
  // Starts `argv` in `directory`, in a session of its own; its stderr is ours.
  // Throws Error "start PROGRAM: cause".
  Process(const std::vector<std::string>& argv, const std::string& directory,
          const std::vector<std::string>& environment);
  ~Process();  // kills whatever of it is left, and waits a moment for its end
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void queue(std::string_view line) { outgoing_.append(line).append("\n"); }
  // Writes and reads what can be without waiting, at most 1 MiB at a time.
  void pump();
  // The next whole line that was read, without its end.
  std::optional<std::string> take_line();
  bool has_output() const { return taken_ < incoming_.size(); }  // a part of a line included
  // What of the output is not taken yet.
  std::string_view output() const { return std::string_view(incoming_).substr(taken_); }
  bool has_closed() const { return !output_; }  // all it will ever print was read
  bool is_line_too_long() const {
    return output().size() > kLongestLine;
  }  // once take_line() found none

  std::vector<pollfd> interest() const;
  // "exit 3", "signal 9"; "" while that is not known.
  std::string ending() const;
  // Closes its input and output and waits at most `patience` for its end.
  void close(Duration patience);

 private:
  void write();
  void read();

  os::Tag tag_;
  std::optional<os::Child> child_;
  os::Fd input_, output_;  // its stdin and stdout, as seen from here
  std::string outgoing_, incoming_;
  size_t taken_ = 0;     // bytes of incoming_ that were handed out
  size_t searched_ = 0;  // bytes of incoming_ that hold no further end of line
};

}  // namespace cb::upstream
