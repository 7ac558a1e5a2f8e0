#include "watching.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "cli/output.h"
#include "os/clock.h"
#include "os/file.h"

namespace cb::watch {
namespace {

constexpr size_t kBatchFiles = 200;
constexpr Duration kBatchTime = std::chrono::seconds(1);
constexpr Duration kTouchPace = std::chrono::milliseconds(500);

}  // namespace

Watching::Watching(const Job& job, std::string name, FolderSettings settings,
                   std::unique_ptr<Receiver> receiver, os::Hints* hints)
    : job_(job),
      progress_path_(job.store.layout.progress("watch-" + file_name_for(name))),
      lock_(job.store.layout.watch_lock(name)),
      folder_(std::move(settings), job.report, hints),
      receiver_(std::move(receiver)) {
  const auto go_on = job.go_on;
  job_.go_on = [this, go_on] {  // long files are progress too
    touch_progress();
    return go_on();
  };
}

bool Watching::begin() {
  if (has_begun()) return true;
  if (!job_.options.dry_run && !lock_.try_lock()) return false;
  has_begun_ = true;
  if (!job_.options.dry_run) os::make_directory(os::parent_path(progress_path_));
  touch_progress();
  receiver_->begin([this](int64_t stamp) { folder_.know(stamp); });
  return true;
}

// Only its time counts, so it need not be durable.
void Watching::touch_progress() {
  const auto now = os::boot_time();
  if (now < touched_ + kTouchPace || job_.options.dry_run) return;
  touched_ = now;
  os::write_file(progress_path_, "");
}

void Watching::turn(Duration now) {
  touch_progress();
  receiver_->tend();
  if (!last_ || now >= next_scan(*last_, job_.options.every, is_scan_wanted_)) scan();
  take_due(os::boot_time());
}

Duration Watching::next() const {
  if (!last_) return Duration::zero();
  const auto scan = next_scan(*last_, job_.options.every, is_scan_wanted_);
  return std::min(scan, folder_.next_due().value_or(scan));
}

void Watching::scan() {
  is_scan_wanted_ = false;
  const auto began = os::boot_time();
  const auto is_complete = folder_.scan();
  last_ = {.began = began, .ended = os::boot_time(), .is_hinted = folder_.is_hinted()};
  if (is_complete) receiver_->scanned(folder_.known());
}

void Watching::take_due(Duration now) {
  const auto names = folder_.due(now);
  if (names.empty()) return;
  cli::Progress progress("reading " + label(), job_.options.common);
  std::vector<flow::FoundFile> batch;
  auto began = os::boot_time();
  for (size_t i = 0; i < names.size() && job_.go_on(); ++i) {
    if (auto found = folder_.read(names[i], job_.go_on)) batch.push_back(std::move(*found));
    if (batch.size() >= kBatchFiles || os::boot_time() >= began + kBatchTime) {
      take(batch);
      began = os::boot_time();
    }
    progress.update(i + 1, names.size());
  }
  take(batch);
}

void Watching::take(std::vector<flow::FoundFile>& batch) {
  if (batch.empty()) return;
  const auto refused = receiver_->take(batch);
  const std::unordered_set<std::string> left(refused.begin(), refused.end());
  for (const auto& found : batch) {
    if (left.contains(found.name))
      folder_.refuse(found.name);
    else
      folder_.done(found);
  }
  batch.clear();
}

void Watching::tell_waiting() const {
  for (const auto& name : folder_.waiting())
    job_.report.messages().detail(label() + ": " + name +
                                  ": still changing; left for the next call");
}

}  // namespace cb::watch
