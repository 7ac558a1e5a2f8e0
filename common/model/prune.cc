#include "model/prune.h"

#include <algorithm>

namespace cb::model {
namespace {

using PeriodOf = int64_t (*)(Instant);

int64_t hour(Instant at) {
  return std::chrono::floor<std::chrono::hours>(at).time_since_epoch().count();
}
int64_t day(Instant at) {
  return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}
int64_t week(Instant at) {  // 1970-01-01 was a Thursday
  const auto days = day(at) + 3;
  return days >= 0 ? days / 7 : (days - 6) / 7;
}
int64_t month(Instant at) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(at));
  return static_cast<int>(date.year()) * 12 + static_cast<int64_t>(unsigned(date.month()));
}

using Kept = std::set<std::string>;

// `newest_first` are the sound ones.
void keep_newest_of_each(const std::vector<const Backup*>& newest_first, PeriodOf period, int count,
                         Kept& kept) {
  std::set<int64_t> periods;
  for (const auto* backup : newest_first) {
    if (!periods.insert(period(backup->created)).second) continue;
    if (static_cast<int>(periods.size()) > count) return;
    kept.insert(backup->id);
  }
}

void keep_what_is_needed(std::span<const Backup> backups, Kept& kept) {
  for (bool grew = true; grew;) {
    const auto before = kept.size();
    for (const auto& backup : backups)
      if (kept.contains(backup.id)) kept.insert(backup.needs.begin(), backup.needs.end());
    grew = kept.size() > before;
  }
}

bool is_newer(const Backup* a, const Backup* b) {
  return a->created != b->created ? a->created > b->created : a->id > b->id;
}

// Their ids, each before those that it needs.
std::vector<std::string> without_orphans(std::vector<const Backup*> left) {
  std::vector<std::string> ids;
  while (!left.empty()) {
    const auto is_free = [&](const Backup* one) {
      return std::ranges::none_of(left,
                                  [&](auto* other) { return other->needs.contains(one->id); });
    };
    auto next = std::ranges::find_if(left, is_free);
    if (next == left.end()) next = left.begin();  // they need each other: damaged, all of them
    ids.push_back((*next)->id);
    left.erase(next);
  }
  return ids;
}

}  // namespace

std::vector<std::string> removable(std::span<const Backup> backups, const PruneRules& rules) {
  std::vector<const Backup*> all, sound;
  for (const auto& backup : backups) all.push_back(&backup);
  std::ranges::sort(all, is_newer);
  std::ranges::copy_if(all, std::back_inserter(sound),
                       [](const auto* one) { return one->is_sound; });
  if (sound.empty()) return {};

  Kept kept = {sound.front()->id};
  keep_newest_of_each(sound, hour, rules.hourly, kept);
  keep_newest_of_each(sound, day, rules.daily, kept);
  keep_newest_of_each(sound, week, rules.weekly, kept);
  keep_newest_of_each(sound, month, rules.monthly, kept);
  for (const auto* backup : all)
    if (is_newer(backup, sound.front())) kept.insert(backup->id);
  keep_what_is_needed(backups, kept);

  std::vector<const Backup*> removed;
  std::ranges::copy_if(all, std::back_inserter(removed),
                       [&](const auto* one) { return !kept.contains(one->id); });
  return without_orphans(std::move(removed));
}

}  // namespace cb::model
