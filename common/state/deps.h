// Which task waits for which. Functions that write must be called inside a db::Transaction.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/connection.h"
#include "model/task.h"

namespace cb::state {

// Those of `after` that are not done (not known counts as not done), in order.
std::vector<model::TaskName> unmet_of(db::Connection& db, std::span<const model::TaskName> after);

// Replaces what task `n` waits for. Does not touch tasks.unmet: that is the caller's, from
// unmet_of().
void set_dependencies(db::Connection& db, int64_t n, std::span<const model::TaskName> after);

struct Dependency {
  model::TaskName name;
  bool is_met = false;
};
std::vector<Dependency> dependencies_of(db::Connection& db, int64_t n);

// A way from `name` over `after` back to `name`, both ends included; empty when there is none.
std::vector<model::TaskName> find_cycle(db::Connection& db, const model::TaskName& name,
                                        std::span<const model::TaskName> after);

// `name` is done, or no longer: those that wait for it become ready, or blocked again if they have
// not begun.
enum class Done { yes, no };
void propagate(db::Connection& db, const model::TaskName& name, Done done, Instant now);

}  // namespace cb::state
