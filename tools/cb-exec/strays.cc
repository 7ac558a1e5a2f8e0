#include "strays.h"

#include <algorithm>

namespace cb::exec {

void Strays::adopt(const state::RunRow& orphan, Duration now) {
  const auto is_known = std::any_of(endings_.begin(), endings_.end(),
                                    [&](const auto& ending) { return ending.tag == orphan.tag; });
  if (!is_known)
    endings_.push_back({orphan.tag, Termination(orphan.tag, orphan.policy.grace, now)});
}

bool Strays::tick(Duration now) {
  return std::erase_if(endings_, [&](Ending& ending) {
           return now >= ending.termination.next_look() && ending.termination.is_over(now);
         }) > 0;
}

std::optional<Duration> Strays::next_tick() const {
  std::optional<Duration> next;
  for (const auto& ending : endings_)
    if (!next || ending.termination.next_look() < *next) next = ending.termination.next_look();
  return next;
}

}  // namespace cb::exec
