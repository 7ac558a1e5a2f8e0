#include "strays.h"

#include <algorithm>

#include "os/clock.h"

namespace cb::exec {
namespace {

constexpr Duration kPause = std::chrono::seconds(1);

}  // namespace

void Strays::watch(os::Tag tag, Duration grace) {
  if (watched_.empty() && next_look_ == Duration(0)) next_look_ = os::boot_time() + kPause;
  watched_.emplace_back(tag, grace);
}

void Strays::end(os::Tag tag, bool is_adopted, Duration grace, Duration now) {
  const auto is_known = std::any_of(endings_.begin(), endings_.end(),
                                    [&](const auto& ending) { return ending.tag == tag; });
  if (!is_known) endings_.push_back({tag, is_adopted, Termination(tag, grace, now)});
}

void Strays::adopt(const state::RunRow& orphan, Duration now) {
  end(orphan.tag, true, orphan.policy.grace, now);
}

bool Strays::tick(Duration now) {
  if (!watched_.empty() && now >= next_look_) {
    std::vector<os::Tag> tags;
    for (const auto& [tag, grace] : watched_) tags.push_back(tag);
    const auto living = os::living_tags(tags);
    for (const auto& [tag, grace] : watched_)
      if (std::find(living.begin(), living.end(), tag) != living.end()) end(tag, false, grace, now);
    watched_.clear();
    next_look_ = Duration(0);
  }
  bool is_recoverable = false;
  std::erase_if(endings_, [&](Ending& ending) {
    if (now < ending.termination.next_look() || !ending.termination.is_over(now)) return false;
    is_recoverable |= ending.is_adopted;
    return true;
  });
  return is_recoverable;
}

std::optional<Duration> Strays::next_tick() const {
  std::optional<Duration> next;
  if (!watched_.empty()) next = next_look_;
  for (const auto& ending : endings_)
    if (!next || ending.termination.next_look() < *next) next = ending.termination.next_look();
  return next;
}

}  // namespace cb::exec
