#include "lines.h"

#include <algorithm>
#include <utility>

namespace cb::poll {
namespace {

constexpr size_t kBlock = size_t{64} << 10;

}  // namespace

// A whole line out of the buffer; nullopt when more has to be read.
std::optional<Lines::Line> Lines::cut() {
  const auto end = buffer_.find('\n', std::max(begin_, searched_));
  if (end == std::string::npos) {
    searched_ = buffer_.size();
    if (buffer_.size() - begin_ > kLongest) {
      is_skipping_ = true;
      buffer_.clear();
      begin_ = searched_ = 0;
    }
    return std::nullopt;
  }
  const auto is_too_long = std::exchange(is_skipping_, false) || end - begin_ > kLongest;
  Line line{is_too_long ? Line::Kind::too_long : Line::Kind::text, {}};
  if (!is_too_long) line.text = buffer_.substr(begin_, end - begin_);
  begin_ = end + 1;
  ++number_;
  return line;
}

// The last line may lack its end.
Lines::Line Lines::cut_rest() {
  if (!is_skipping_ && begin_ == buffer_.size()) return {Line::Kind::end, {}};
  Line line{is_skipping_ ? Line::Kind::too_long : Line::Kind::text, buffer_.substr(begin_)};
  is_skipping_ = false;
  begin_ = searched_ = buffer_.size();
  ++number_;
  return line;
}

Lines::Line Lines::next(std::optional<Duration> patience) {
  for (;;) {
    if (auto line = cut()) return std::move(*line);
    buffer_.erase(0, begin_);
    searched_ -= std::min(searched_, begin_);
    begin_ = 0;
    const auto before = buffer_.size();
    const auto got = input_.read(buffer_, kBlock, patience);
    taken_ += buffer_.size() - before;
    if (got == os::Input::Got::nothing) return {Line::Kind::waiting, {}};
    if (got == os::Input::Got::end) return cut_rest();
  }
}

}  // namespace cb::poll
