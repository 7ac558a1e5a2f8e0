// A damaged store that mends itself, if the configuration wants that.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace cb::flow {

// Of one call of a tool: what was typed.
struct Call {
  std::optional<std::string> config, state;  // --config, --state
  bool is_dry_run = false;
};

// Does `work`, all that a tool does, and returns its exit code. When it fails for good, and the
// reason is that the store is damaged, lost or older than its journal, and `backup.auto_restore` of
// the configuration is set, cb-backup repairs or restores it: loudly (see warn()), by one process,
// and once in 24 hours; then the exit code is 75, and the next call goes on. Else what `work` threw
// is thrown. `work` must leave no connection to the store behind when it throws.
int with_auto_restore(const Call& call, const std::function<int()>& work);

}  // namespace cb::flow
