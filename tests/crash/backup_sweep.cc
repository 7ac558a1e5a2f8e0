// cb-backup-sweep: kills cb-backup at one call after another. At every moment a backup can be
// restored, and the store opens or every tool says how to get it back; nothing half-made stays.
//   cb-backup-sweep SCENARIO          a few dozen calls, evenly spread; all with CB_CRASH_ALL=1
//   cb-backup-sweep SCENARIO KIND N [after]   only this one
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>

#include "os/child.h"
#include "os/file.h"
#include "os/process.h"
#include "scenario.h"
#include "settle.h"
#include "store.h"

namespace cb::crash {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kPointsOfKind = 20;
constexpr int kMostFailures = 5;

const Call kCreate = {"cb-backup", {"--quiet"}}, kRestore = {"cb-backup", {"restore"}};

struct Ran {
  int exit = 0;
  std::string output, error;
};

Ran run(const World& world, const Call& call) {
  const auto output = world.directory() + "/printed", error = world.directory() + "/told";
  for (const auto& path : {output, error}) fs::remove(path);
  const os::Child child(world.launch(call, {}, output, error));
  if (!child.wait(std::chrono::seconds(60))) throw std::runtime_error(to_string(call) + ": hangs");
  const auto ended = child.reap().value();
  return {ended.signal != 0 ? 128 + ended.signal : ended.exit, os::read_file(output).value_or(""),
          os::read_file(error).value_or("")};
}

// What the journal keeps: not whether upstream has confirmed a write, which is asked again.
std::string content(const World& world) {
  return Store(world.place().state)
      .text(
          "SELECT (SELECT group_concat(n || id || state || reason || attempts || unmet || "
          "coalesce(run, '')) FROM (SELECT * FROM tasks ORDER BY n)) || (SELECT "
          "group_concat(seq || cause || new || task) FROM (SELECT * FROM events ORDER BY seq)) || "
          "(SELECT group_concat(op) FROM (SELECT * FROM outbox ORDER BY n)) || (SELECT "
          "group_concat(id || coalesce(outcome, '')) FROM (SELECT * FROM runs ORDER BY id))");
}

void work(World& world, const std::string& task) { world.run({"cb-task", {"hold", task}}); }

void begin(World& world) {
  lay_out_board(world);
  world.run({"cb-poll"});
}

void make_one(World& world) {
  begin(world);
  world.run(kCreate);
  world.run({"cb-exec"});
}

// Several that were made in one hour, of which the rules keep the newest alone.
void make_many(World& world) {
  make_one(world);
  world.run(kCreate);
  work(world, "board:a");
  world.run({"cb-backup", {"create", "--full", "--dest", "state/other", "--quiet"}});
  const auto state = world.place().state;
  for (const auto& name : os::list_directory(state + "/other"))
    if (!name.starts_with('.')) fs::rename(state + "/other/" + name, state + "/backups/" + name);
}

void lose_header(const World& world) {
  const auto path = world.place().state + "/state.db";
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file << std::string(100, '\0');
}

struct Sweeping {
  std::string name;
  std::function<void(World&)> prepare;
  Call call;
  bool is_first = false;  // there is no backup before
  bool is_damaged = false;
};

const std::vector<Sweeping>& sweepings() {
  static const std::vector<Sweeping> all = {
      {"create-first", begin, kCreate, true},
      {"create", make_one, kCreate},
      {"create-full", make_one, {"cb-backup", {"create", "--full", "--quiet"}}},
      {"prune", make_many, {"cb-backup", {"prune"}}},
      {"restore", make_one, kRestore, false, true},
      {"restore-sound", make_one, kRestore},
  };
  return all;
}

class Sweep {
 public:
  explicit Sweep(const Sweeping& sweeping) : sweeping_(sweeping) {
    sweeping_.prepare(world_);
    expected_ = content(world_);
    if (sweeping_.is_damaged) lose_header(world_);
    world_.save();
  }

  bool run_all() {
    const auto counts = world_.count_calls(sweeping_.call, "cb-backup");
    for (const auto& [kind, count] : counts) {
      int killed = 0;
      const bool is_all = std::getenv("CB_CRASH_ALL") != nullptr;
      for (const auto at : evenly_spread(count, is_all ? count : kPointsOfKind))
        for (const bool is_after : {false, true})
          if (failures_ < kMostFailures && (!is_after || kind == "rename" || kind == "unlink"))
            killed += try_one({.tool = "cb-backup", .kind = kind, .at = at, .is_after = is_after});
      kills_ += killed;
      if (count > 0)
        std::cout << sweeping_.name << ": " << kind << ": " << count << " calls, killed " << killed
                  << " times" << std::endl;
    }
    if (kills_ == 0) std::cout << "FAILED: " << sweeping_.name << ": nothing was killed\n";
    return failures_ == 0 && kills_ > 0;
  }

  bool try_one(const Crash& crash) {
    world_.restore();
    if (!world_.run_killed(sweeping_.call, crash)) return false;
    Lines problems = find_problems();
    if (!problems.empty()) {
      ++failures_;
      std::cout << "FAILED: " << sweeping_.name << ": " << to_string(crash) << '\n';
      for (const auto& problem : problems) std::cout << "  " << problem << '\n';
      std::cout << "  kept: " << world_.keep("backup-" + sweeping_.name) << std::endl;
    }
    return true;
  }
  int failures() const { return failures_; }

 private:
  Lines find_problems() {
    Lines problems;
    check_store(problems);
    check_backups(problems);
    // The way on: what was killed is made again, and then all is as if nothing had happened.
    const auto again = run(world_, sweeping_.call);
    if (again.exit != 0) problems.push_back("again: " + again.error);
    check_leftovers(problems);
    const auto restored = run(world_, kRestore);
    if (restored.exit != 0) problems.push_back("restore: " + restored.error);
    const auto sound = run(world_, {"cb-backup", {"check"}});
    if (sound.exit != 0) problems.push_back("check: " + sound.output + sound.error);
    if (problems.empty() && content(world_) != expected_)
      problems.push_back("restored: " + content(world_) + "\n  not:      " + expected_);
    return problems;
  }

  // It opens and is as it was, or the way to get it back is named.
  void check_store(Lines& problems) {
    const auto listed = run(world_, {"cb-status", {"list"}});
    const auto says_how = listed.error.find("run cb-backup ") != std::string::npos;
    if (listed.exit != 0 && !says_how) problems.push_back("the store: " + listed.error);
    if (listed.exit == 0 && content(world_) != expected_)
      problems.push_back("the store is not as it was");
  }

  void check_backups(Lines& problems) {
    const auto verified = run(world_, {"cb-backup", {"verify", "--all"}});
    const auto is_none = verified.error.find("there is no backup yet") != std::string::npos;
    if (verified.exit != 0 && !(is_none && sweeping_.is_first))
      problems.push_back("the backups: " + verified.error);
  }

  void check_leftovers(Lines& problems) {
    const auto state = world_.place().state;
    for (const auto& name : os::list_directory(state + "/backups"))
      if (name.starts_with(".tmp")) problems.push_back("left: " + name);
    for (const auto& name : os::list_directory(state))
      if (name.starts_with("state.db.restore")) problems.push_back("left: " + name);
    if (os::list_directory(state + "/quarantine").size() > 3)
      problems.push_back("the quarantine grows");
  }

  const Sweeping& sweeping_;
  World world_;
  std::string expected_;
  int failures_ = 0, kills_ = 0;
};

int run(const std::vector<std::string>& arguments) {
  for (const auto& sweeping : sweepings()) {
    if (arguments.empty() || sweeping.name != arguments[0]) continue;
    Sweep sweep(sweeping);
    if (arguments.size() < 3) return sweep.run_all() ? 0 : 1;
    sweep.try_one({.tool = "cb-backup",
                   .kind = arguments[1],
                   .at = std::stoll(arguments[2]),
                   .is_after = arguments.size() > 3});
    return sweep.failures() == 0 ? 0 : 1;
  }
  std::cerr << "usage: cb-backup-sweep SCENARIO [KIND N [after]]\nscenarios:";
  for (const auto& sweeping : sweepings()) std::cerr << ' ' << sweeping.name;
  std::cerr << '\n';
  return 64;
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
