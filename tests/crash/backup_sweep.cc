// cb-backup-sweep: kills cb-backup at one call after another. At every moment a backup can be
// restored, and the store opens or every tool says how to get it back; nothing half-made stays.
//   cb-backup-sweep SCENARIO          a few dozen calls, evenly spread; all with CB_CRASH_ALL=1
//   cb-backup-sweep SCENARIO KIND N [after]   only this one
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>

#include "backup_world.h"
#include "os/process.h"

namespace cb::crash {
namespace {

constexpr int64_t kPointsOfKind = 6;
constexpr int kMostFailures = 5;

class Sweep {
 public:
  explicit Sweep(const BackupScenario& scenario) : scenario_(scenario) {
    scenario_.prepare(world_);
    rules_.emplace(world_);
    if (scenario_.harm) scenario_.harm(world_);
    world_.save();
  }

  bool run_all() {
    const auto counts = world_.count_calls(scenario_.call, "cb-backup");
    for (const auto& [kind, count] : counts) {
      int killed = 0;
      const bool is_all = std::getenv("CB_CRASH_ALL") != nullptr;
      for (const auto at : evenly_spread(count, is_all ? count : kPointsOfKind))
        for (const bool is_after : {false, true})
          if (failures_ < kMostFailures && (!is_after || kind == "rename" || kind == "unlink"))
            killed += try_one({.tool = "cb-backup", .kind = kind, .at = at, .is_after = is_after});
      kills_ += killed;
      if (count > 0)
        std::cout << scenario_.name << ": " << kind << ": " << count << " calls, killed " << killed
                  << " times" << std::endl;
    }
    if (kills_ == 0) std::cout << "FAILED: " << scenario_.name << ": nothing was killed\n";
    return failures_ == 0 && kills_ > 0;
  }

  bool try_one(const Crash& crash) {
    world_.restore();
    if (!world_.run_killed(scenario_.call, crash)) return false;
    auto problems = rules_->broken(world_);
    if (scenario_.check) append(problems, scenario_.check(world_));
    append(problems, rules_->unsettled(world_, scenario_));
    if (!problems.empty()) {
      ++failures_;
      std::cout << "FAILED: " << scenario_.name << ": " << to_string(crash) << '\n';
      for (const auto& problem : problems) std::cout << "  " << problem << '\n';
      std::cout << "  kept: " << world_.keep("backup-" + scenario_.name) << std::endl;
    }
    return true;
  }
  int failures() const { return failures_; }

 private:
  const BackupScenario& scenario_;
  World world_;
  std::optional<BackupRules> rules_;
  int failures_ = 0, kills_ = 0;
};

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::cerr << "usage: cb-backup-sweep SCENARIO [KIND N [after]]\n";
    return 64;
  }
  Sweep sweep(find_backup_scenario(arguments[0]));
  if (arguments.size() < 3) return sweep.run_all() ? 0 : 1;
  sweep.try_one({.tool = "cb-backup",
                 .kind = arguments[1],
                 .at = std::stoll(arguments[2]),
                 .is_after = arguments.size() > 3});
  return sweep.failures() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cb::crash

int main(int argc, char** argv) {
  cb::os::become_subreaper();
  try {
    return cb::crash::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "cb-backup-sweep: " << error.what() << '\n';
    return 1;
  }
}
