#include "walk.h"

#include <algorithm>

#include "task.h"
#include "value.h"

namespace cb::upstream_clickup {
namespace {

constexpr int kMostTaskPages = 10'000;  // a million tasks
constexpr int kMostStalePages = 3;
constexpr Duration kTick(1);

}  // namespace

bool is_last_page(const Json& answer) {
  const auto& tasks = items_of(member(answer, "tasks"));
  if (tasks.empty()) return true;
  if (const Json* last = member(answer, "last_page")) return is_true(last);
  return tasks.size() < kPageSize;
}

Walk::Walk(Order order, std::optional<Instant> after) : order_(order), after_(after) {}

std::string Walk::query() const {
  const std::string name = order_ == Order::created ? "created" : "updated";
  std::string query = "page=" + std::to_string(page_) + "&order_by=" + name + "&reverse=true";
  if (after_) query += "&date_" + name + "_gt=" + std::to_string(to_millis(*after_));
  return query;
}

std::optional<Instant> Walk::time_of(const Json& task) const {
  return order_ == Order::created ? created_at(task) : updated_at(task);
}

// False when no other limit would bring the walk further than the next page.
bool Walk::turn_to(Instant newest) {
  const Instant limit = newest - kTick;
  if (after_ && limit <= *after_) return false;
  after_ = limit;
  page_ = 0;
  is_limited_ = true;
  return true;
}

void Walk::advance(const Json& answer, bool is_new) {
  const auto& tasks = items_of(member(answer, "tasks"));
  stale_pages_ = is_new ? 0 : stale_pages_ + 1;
  ++pages_;
  if (is_last_page(answer)) {
    is_done_ = is_complete_ = true;
    return;
  }
  if (pages_ == kMostTaskPages || stale_pages_ == kMostStalePages) {
    is_done_ = true;
    return;
  }
  const auto is_earlier = [this](const Json& a, const Json& b) { return time_of(a) < time_of(b); };
  const auto oldest = time_of(tasks.front()), newest = time_of(tasks.back());
  const bool is_ordered =
      oldest && newest && std::is_sorted(tasks.begin(), tasks.end(), is_earlier);
  const bool is_filtered = !is_limited_ || (oldest && *oldest >= *after_);
  if (is_seeking_ && !is_filtered) page_ = pages_ - 2;  // this was the first page once more
  is_seeking_ = is_seeking_ && is_filtered && is_ordered;
  if (!is_seeking_ || !turn_to(*newest)) ++page_;
}

}  // namespace cb::upstream_clickup
