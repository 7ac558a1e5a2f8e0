#include "settling.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace cb::watch {
namespace {

// However short `settle` is, nobody asks more often whether a file is still being written.
constexpr Duration kPause = std::chrono::milliseconds(100);

}  // namespace

void Settling::begin_scan() { ++scan_; }

void Settling::end_scan() {
  std::erase_if(files_, [&](const auto& file) { return file.second.scan != scan_; });
}

Settling::File& Settling::note(std::string_view name, const os::FileStatus& status, Duration now) {
  auto found = files_.find(name);
  if (found == files_.end())
    found = files_.emplace(std::string(name), File{.status = status, .since = now}).first;
  auto& file = found->second;
  if (file.status != status) file = {.status = status, .since = now};
  file.scan = scan_;
  return file;
}

bool Settling::see(std::string_view name, const os::FileStatus& status, Duration now) {
  const auto& file = note(name, status, now);
  return !file.is_refused && now >= file.since + settle_;
}

void Settling::see_settled(std::string_view name, const os::FileStatus& status, Duration now) {
  note(name, status, now).since = now - settle_;
}

void Settling::forget(std::string_view name) {
  const auto found = files_.find(name);
  if (found != files_.end()) files_.erase(found);
}

bool Settling::wait_again(std::string_view name, Duration now) {
  const auto found = files_.find(name);
  if (found == files_.end()) return false;
  found->second.since = now + std::max(Duration::zero(), kPause - settle_);
  return !std::exchange(found->second.is_told, true);
}

void Settling::refuse(std::string_view name) {
  const auto found = files_.find(name);
  if (found != files_.end()) found->second.is_refused = true;
}

std::vector<std::string> Settling::due(Duration now) const {
  std::vector<std::pair<Duration, const std::string*>> found;
  for (const auto& [name, file] : files_)
    if (!file.is_refused && now >= file.since + settle_) found.emplace_back(file.since, &name);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, *a.second) < std::tie(b.first, *b.second);
  });
  std::vector<std::string> names;
  for (const auto& [since, name] : found) names.push_back(*name);
  return names;
}

std::optional<Duration> Settling::next_due() const {
  std::optional<Duration> next;
  for (const auto& [name, file] : files_) {
    const auto due = file.since + settle_;
    if (!file.is_refused && (!next || due < *next)) next = due;
  }
  return next;
}

std::optional<Duration> Settling::last_due() const {
  std::optional<Duration> last;
  for (const auto& [name, file] : files_)
    if (!file.is_refused)
      last = std::max(last.value_or(file.since + settle_), file.since + settle_);
  return last;
}

std::vector<std::string> Settling::waiting() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_)
    if (!file.is_refused) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace cb::watch
