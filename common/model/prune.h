// Which backups may go.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"

namespace cb::model {

// A backup, as far as keeping it matters.
struct Backup {
  std::string id;
  Instant created;
  bool is_sound = true;           // it was verified, and nothing spoke against it since
  std::set<std::string> needs{};  // ids of others without which it cannot be restored
};

// The newest backup of each of the latest so many hours, days, weeks (from Monday) and months, in
// UTC, that have one at all. Thus a clock that jumps, or a machine that was off, removes nothing.
struct PruneRules {
  int hourly = 24, daily = 7, weekly = 4, monthly = 12;
};

// Those of `backups` that neither a rule nor another kept one needs, those first that need others.
// Never the newest sound one; never one that is not sound unless a newer one is (it may be all that
// is left of that time); none at all when none is sound.
std::vector<std::string> removable(std::span<const Backup> backups, const PruneRules& rules);

}  // namespace cb::model
