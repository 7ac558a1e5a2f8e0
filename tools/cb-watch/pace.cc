#include "pace.h"

#include <algorithm>

namespace cb::watch {
namespace {

constexpr Duration kHinted = std::chrono::seconds(30);
constexpr Duration kUnhinted = std::chrono::seconds(1);
constexpr int kShare = 20;

}  // namespace

Duration next_scan(const LastScan& last, std::optional<Duration> every, bool is_wanted) {
  const auto affordable = last.ended + (kShare - 1) * (last.ended - last.began);
  if (is_wanted) return affordable;
  if (every) return last.began + *every;
  return std::max(affordable, last.began + (last.is_hinted ? kHinted : kUnhinted));
}

}  // namespace cb::watch
