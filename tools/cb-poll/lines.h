// Input as lines, with memory that does not grow with it.
#pragma once

#include <optional>
#include <string>

#include "os/input.h"

namespace cb::poll {

class Lines {
 public:
  static constexpr size_t kLongest = size_t{1} << 20;

  explicit Lines(const std::string& path) : input_(path) {}

  struct Line {
    enum class Kind {
      text,      // one line, without its end
      too_long,  // a line of more than kLongest bytes, passed over
      waiting,   // nothing more came within `patience`
      end,
    } kind = Kind::end;
    std::string text = {};
  };
  // The next line. `patience`: how long to wait for more of it; nullopt: for ever.
  Line next(std::optional<Duration> patience);

  int64_t number() const { return number_; }  // of the line that next() returned last, from 1
  uint64_t taken() const { return taken_; }   // bytes
  std::optional<uint64_t> size() const { return input_.size(); }

 private:
  std::optional<Line> cut();
  Line cut_rest();

  os::Input input_;
  std::string buffer_;
  size_t begin_ = 0;     // of the part of buffer_ that was not returned yet
  size_t searched_ = 0;  // up to here there is no end of line
  bool is_skipping_ = false;
  int64_t number_ = 0;
  uint64_t taken_ = 0;
};

}  // namespace cb::poll
