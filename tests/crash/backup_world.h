// A world with a store and its backups, what cb-backup is disturbed at, and what must hold then.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "settle.h"
#include "world.h"

namespace cb::crash {

struct BackupScenario {
  std::string name;
  std::function<void(World&)> prepare;              // what was there before
  Call call;                                        // what is disturbed
  std::function<void(const World&)> harm = {};      // to the store, before the call
  std::function<Lines(const World&)> check = {};    // what else must hold, after the disturbance
  std::function<Lines(const World&)> settled = {};  // and once the call was made again
};
const std::vector<BackupScenario>& backup_scenarios();
// Throws std::runtime_error for a name that there is none of.
const BackupScenario& find_backup_scenario(const std::string& name);

// A tool that nobody disturbs. Throws std::runtime_error when it hangs.
struct Ran {
  int exit = 0;
  std::string output, error;
};
Ran run_tool(const World& world, const Call& call);

// What a restore brings back, as text. Not whether upstream has confirmed a write, which the
// journal does not keep and which is asked again.
std::string store_content(const World& world);

// What is known of a backup from a look at its files.
struct BackupSeen {
  std::string id, problem;
  int64_t newest_event = 0;
};
std::vector<BackupSeen> list_backups(const World& world);  // newest first

// What a world was before a disturbance, and what must hold after it at any time.
class BackupRules {
 public:
  // Of an undamaged world.
  explicit BackupRules(const World& world);
  // The store or the backups were changed on purpose.
  BackupRules with_content(std::string content) const;
  BackupRules with_newest(std::string id) const;

  // The store is as it was or every tool says how to get it back; every backup that has a name can
  // be restored, and there is one at least as new as there was.
  Lines broken(const World& world) const;
  // The call is made again, and then a restore: all is as if nothing had happened, and nothing
  // half-made is left.
  Lines unsettled(const World& world, const BackupScenario& scenario) const;

 private:
  std::string content_, newest_;
};
// Files that only a cb-backup at work may have.
Lines backup_leftovers(const World& world);

}  // namespace cb::crash
