// Which task runs next, and under which command.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "os/lock.h"
#include "os/process.h"
#include "state/files.h"
#include "state/runs.h"
#include "state/store.h"
#include "state/tasks.h"

namespace cb::exec {

// A run that is about to begin; its lock is held since before the claim.
struct Claim {
  model::Task task;
  state::TaskRow row;
  state::RunRow run;
  os::ByteLock lock;
  std::optional<state::FileRow> file = {};
  std::string fresh_op;  // the `running` owed to upstream, to be confirmed first; "" = none
};

class Claims {
 public:
  Claims(const state::Layout& layout, const config::Config& config, state::Filter filter);

  // Inside a db::Transaction: claims the most urgent task that is ready and may run beside the
  // others; nullopt when there is none.
  std::optional<Claim> next(db::Connection& db, Instant now);
  // The same for one task, whether or not its waiting time is over. nullopt: it is not ready, or
  // not its turn.
  std::optional<Claim> take(db::Connection& db, state::TaskRow row, Instant now);
  // Whether next() would find one, without a transaction.
  bool has_next(db::Connection& db);

  void exclude_source(const std::string& source);  // its upstream does not answer
  void include_all_sources() { filter_.excluded_sources.clear(); }

 private:
  std::optional<state::TaskRow> best(db::Connection& db);
  std::optional<Claim> begin(db::Connection& db, state::TaskRow row, Instant now);
  os::ByteLock take_lock();
  void give_again(db::Connection& db, state::FileRow& file, Instant now) const;
  std::optional<state::FileRow> file_of(db::Connection& db, const state::TaskRow& row,
                                        const model::Handler& handler) const;

  const state::Layout& layout_;
  const config::Config& config_;
  state::Filter filter_;
  std::optional<os::ProcessId> self_;  // once there is something to claim
  std::optional<os::ByteLock> spare_;
};

}  // namespace cb::exec
