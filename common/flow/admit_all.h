// Many tasks come in at once. To be called inside a db::Transaction.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "flow/admit.h"

namespace cb::flow {

struct Sightings {
  std::span<model::Task> tasks;  // those that are stored as new are moved from
  int64_t listed_since = 0;      // as of a Sighting, like the next one
  OnCycle on_cycle = OnCycle::hold;
  std::function<Rules(const std::string&)> rules_of;  // a source's
};

// Does what admit() would do with one after the other. Those that the store knows nothing of, and
// that wait for no other, are stored many at a time, which takes half as long; returns their rows,
// in their order. For all others `other` is told their place among the tasks.
std::vector<state::TaskRow> admit_all(db::Connection& db, const Sightings& sightings, Instant now,
                                      const std::function<void(size_t, const Admitted&)>& other);

}  // namespace cb::flow
