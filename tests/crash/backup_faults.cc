// cb-backup-faults: lets one call of cb-backup after another fail, once or from then on. It says so
// and ends; no unsound backup gets a name, none that was sound is lost or doubted, and the next
// call makes good.
//   cb-backup-faults SCENARIO         a few calls of each error, evenly spread; all with
//   CB_CRASH_ALL=1
//   cb-backup-faults SCENARIO ERROR KIND N [lasting]   only this one
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>

#include "backup_world.h"
#include "os/process.h"
#include "store.h"

namespace cb::crash {
namespace {

constexpr int64_t kPointsOfError = 2;
constexpr int kMostFailures = 4;

struct Kind {
  const char* error;
  bool does_last;
  const char* calls;
};
// Under "any" all that can fail so; the few of one kind would be missed by an even spread of that.
constexpr Kind kKinds[] = {
    {"ENOSPC", false, "any"},      {"ENOSPC", true, "any"},  {"EIO", false, "any"},
    {"EIO", true, "any"},          {"SHORT", true, "any"},   {"EINTR", false, "any"},
    {"EIO", false, "fdatasync"},   {"EIO", false, "fsync"},  {"EIO", false, "pwrite"},
    {"ENOSPC", false, "pwrite"},   {"EIO", false, "rename"}, {"ENOSPC", false, "write"},
    {"ENOSPC", false, "truncate"}, {"EIO", false, "unlink"}, {"EIO", false, "create"}};

class Faults {
 public:
  explicit Faults(const BackupScenario& scenario) : scenario_(scenario) {
    scenario_.prepare(world_);
    rules_.emplace(world_);
    if (scenario_.harm) scenario_.harm(world_);
    world_.save();
  }

  bool run_all() {
    for (const auto& kind : kKinds) sweep(kind);
    std::cout << scenario_.name << ": " << faults_ << " faults, of which " << refused_
              << " ended the call; " << failures_ << " failures" << std::endl;
    return failures_ == 0 && refused_ > 0;
  }

  bool run_one(const Fault& fault) {
    try_one(fault);
    std::cout << faults_ << " faults; kept: " << world_.keep("backup-fault") << '\n';
    return failures_ == 0;
  }

 private:
  void sweep(const Kind& kind) {
    Fault fault{
        .tool = "cb-backup", .error = kind.error, .does_last = kind.does_last, .kind = kind.calls};
    world_.restore();
    const auto count = world_.count_faults(scenario_.call, fault);
    const bool is_all = std::getenv("CB_CRASH_ALL") != nullptr;
    for (const auto at : evenly_spread(count, is_all ? count : kPointsOfError)) {
      if (failures_ >= kMostFailures) return;
      fault.at = at;
      try_one(fault);
    }
  }

  void try_one(const Fault& fault) {
    world_.restore();
    auto [is_hit, exit, problems] = world_.run_faulted(scenario_.call, fault);
    if (is_hit) ++faults_;
    if (exit != 0) ++refused_;
    append(problems, rules_->broken(world_));
    if (exit == 0) append(problems, undone());
    if (scenario_.check) append(problems, scenario_.check(world_));
    append(problems, rules_->unsettled(world_, scenario_));
    if (!problems.empty()) report(fault, exit, problems);
  }

  // What it did not do although it said that all is well.
  Lines undone() const {
    const auto first = scenario_.call.arguments.front();
    if (first != "--quiet" && first != "create") return {};
    const auto newest = Store(world_.place().state).text("SELECT max(seq) FROM events");
    const auto seen = list_backups(world_);
    if (!seen.empty() && std::to_string(seen.front().newest_event) == newest) return {};
    return {"exit 0, but there is no backup of event " + newest};
  }

  void report(const Fault& fault, int exit, const Lines& problems) {
    ++failures_;
    std::cout << "FAILED: " << scenario_.name << ": " << to_string(fault) << ": exit " << exit
              << '\n';
    for (const auto& problem : problems) std::cout << "  " << problem << '\n';
    std::cout << "  kept: "
              << world_.keep("backup-fault-" + scenario_.name + "-" + std::to_string(failures_))
              << std::endl;
  }

  const BackupScenario& scenario_;
  World world_;
  std::optional<BackupRules> rules_;
  int failures_ = 0, refused_ = 0;
  int64_t faults_ = 0;
};

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::cerr << "usage: cb-backup-faults SCENARIO… | SCENARIO ERROR KIND N [lasting]\n";
    return 64;
  }
  if (arguments.size() >= 4 && std::atoll(arguments[3].c_str()) > 0)
    return Faults(find_backup_scenario(arguments[0]))
                   .run_one({.tool = "cb-backup",
                             .error = arguments[1],
                             .at = std::stoll(arguments[3]),
                             .does_last = arguments.size() > 4,
                             .kind = arguments[2]})
               ? 0
               : 1;
  bool is_good = true;
  for (const auto& name : arguments) is_good &= Faults(find_backup_scenario(name)).run_all();
  return is_good ? 0 : 1;
}

}  // namespace
}  // namespace cb::crash

int main(int argc, char** argv) {
  cb::os::become_subreaper();
  try {
    return cb::crash::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "cb-backup-faults: " << error.what() << '\n';
    return 1;
  }
}
