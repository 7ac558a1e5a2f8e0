// Every change of state, in order.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/time.h"
#include "db/connection.h"
#include "model/state.h"

namespace cb::state {

struct Event {
  int64_t seq = 0;  // ascending, without reuse
  Instant at;
  int64_t task = 0;
  std::string task_name;  // "source:id"; "" once the task is forgotten
  std::string run;        // "" = none
  model::Cause cause;
  std::optional<model::State> before;  // absent: it was not known
  model::State after;
  std::string reason, detail;
};

void append_event(db::Connection& db, const Event& event);  // seq and task_name are ignored
void append_events(db::Connection& db, std::span<const Event> events);  // the same, in their order
int64_t newest_event(db::Connection& db);                               // 0 when there is none
std::optional<Instant> newest_event_time(db::Connection& db);

// Whether the last that made a task open was a person here (retry, release, a command line's run),
// and not upstream.
bool is_opened_by_person(db::Connection& db, int64_t task);

// Events after `seq`, oldest first; of one task when `task` is not 0. At most `limit`.
void read_events(db::Connection& db, int64_t seq, int64_t task, int64_t limit,
                 const std::function<void(const Event&)>& each);

}  // namespace cb::state
