// Walking through all pages of a list that changes meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/time.h"

namespace cb::upstream_clickup {

// By what the pages are ordered, oldest first.
enum class Order { created, updated };

inline constexpr size_t kPageSize = 100;

// Whether `answer` is the last page: none on it, or it says so; only where it does not say, a short
// page is the last one.
bool is_last_page(const Json& answer);

// Pages by number slip when a task leaves an earlier page: the next one then lacks a task. So
// instead of page 1, 2, … the walk asks for page 0 of what is newer than the newest seen, less a
// millisecond, as tasks may share theirs; the tasks that come twice are for the caller to leave
// out. It turns pages only where that brings it no further: when a whole page has one time, or the
// server orders or filters otherwise than it should.
class Walk {
 public:
  // From what is newer than `after`, a time in the sense of `order`; nullopt: from the beginning.
  Walk(Order order, std::optional<Instant> after);

  // The query of the next page:
  // "page=0&order_by=updated&reverse=true&date_updated_gt=1763700000788".
  std::string query() const;
  // Takes note of that page. `is_new`: it had a task that was not seen before.
  void advance(const Json& answer, bool is_new);
  bool is_done() const { return is_done_; }
  // Whether all that was asked for was listed; once is_done().
  bool is_complete() const { return is_complete_; }

 private:
  std::optional<Instant> time_of(const Json& task) const;
  bool turn_to(Instant newest);

  Order order_;
  std::optional<Instant> after_;  // the lower limit of the current pages
  int page_ = 0;
  int pages_ = 0;            // read so far
  int stale_pages_ = 0;      // in a row, without anything new
  bool is_seeking_ = true;   // not turning pages for good
  bool is_limited_ = false;  // the last page came of a limit that the walk itself set
  bool is_done_ = false, is_complete_ = false;
};

}  // namespace cb::upstream_clickup
