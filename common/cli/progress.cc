#include "cli/progress.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "cli/output.h"
#include "os/clock.h"
#include "os/env.h"

namespace cb::cli {
namespace {

constexpr int kStderr = 2;
constexpr int kWidestBar = 30;
constexpr int kLeastBar = 5;
constexpr Duration kPace = std::chrono::milliseconds(100);

// Whether a bar stands on the terminal: whoever prints next must know, and does not know its
// object.
bool is_drawn = false;

}  // namespace

std::string progress_line(std::string_view label, uint64_t done, uint64_t total, int width) {
  if (total == 0) return fit(std::string(label) + "  " + std::to_string(done), width);
  const uint64_t at = std::min(done, total);
  const auto share = static_cast<double>(at) / static_cast<double>(total);
  const std::string numbers = std::to_string(at) + "/" + std::to_string(total) + "  " +
                              std::to_string(static_cast<int>(share * 100)) + "%";
  const std::string text = std::string(label) + "  " + numbers;
  const int room = std::min(kWidestBar, width - display_width(text) - 4);
  if (room < kLeastBar) return fit(text, width);
  const auto filled = static_cast<size_t>(share * room);
  const std::string bar =
      "[" + std::string(filled, '#') + std::string(static_cast<size_t>(room) - filled, '.') + "]";
  return std::string(label) + "  " + bar + "  " + numbers;
}

void wipe_progress() {
  if (!is_drawn) return;
  std::fputs("\r\033[K", stderr);
  is_drawn = false;
}

Progress::Progress(std::string label, const CommonOptions& options)
    : label_(printable(label)), shown_(!options.quiet && os::is_terminal(kStderr)) {}

Progress::~Progress() { wipe_progress(); }

void Progress::update(uint64_t done, uint64_t total) {
  if (!shown_) return;
  const Duration now = os::boot_time();
  if (last_ != Duration::zero() && now - last_ < kPace) return;
  last_ = now;
  // One cell stays free: a full line would wrap on some terminals.
  const int width = os::terminal_width(kStderr, 80) - 1;
  std::fprintf(stderr, "\r%s\033[K", progress_line(label_, done, total, width).c_str());
  is_drawn = true;
}

void Progress::finish() { wipe_progress(); }

}  // namespace cb::cli
