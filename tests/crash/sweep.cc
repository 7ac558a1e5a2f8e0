// cb-crash-sweep: kills a tool at one call after another, and sees that the tools that run next put
// everything right.
//   cb-crash-sweep SCENARIO             a few dozen calls, evenly spread; all with CB_CRASH_ALL=1
//   cb-crash-sweep SCENARIO KIND N [after]   only this one
#include <cstdlib>
#include <exception>
#include <iostream>
#include <set>

#include "os/process.h"
#include "scenario.h"
#include "settle.h"

namespace cb::crash {
namespace {

constexpr int64_t kPointsOfKind = 20;
constexpr int kMostFailures = 5;

// Calls after which something is visible to others; everything else is seen before the next call.
bool is_tried_after(const std::string& kind) {
  return kind == "rename" || kind == "fdatasync" || kind == "link";
}

std::set<int64_t> points(int64_t count) {
  const bool is_all = std::getenv("CB_CRASH_ALL") != nullptr;
  return evenly_spread(count, is_all ? count : kPointsOfKind);
}

class Sweep {
 public:
  explicit Sweep(const Scenario& scenario) : scenario_(scenario) {
    scenario_.prepare(world_);
    world_.left_processes();
    world_.save();
  }

  // All calls. Returns whether everything held.
  bool run() {
    for (const auto& call : scenario_.calls) {
      const auto counts = try_undisturbed(call);
      for (const auto& [kind, count] : counts) sweep(call, kind, count);
    }
    if (kills_ == 0) std::cout << "FAILED: " << scenario_.name << ": nothing was killed\n";
    return failures_ == 0 && kills_ > 0;
  }

  bool run_one(const Crash& crash) {
    for (const auto& call : scenario_.calls) {
      try_undisturbed(call);
      try_crash(call, crash);
    }
    std::cout << "kept: " << world_.keep(scenario_.name) << '\n';
    return failures_ == 0;
  }

 private:
  std::map<std::string, int64_t> try_undisturbed(const Call& call) {
    world_.restore();
    const auto counts = world_.count_calls(call, scenario_.tool);
    const auto [problems, checked] = settle(
        world_, {.again = scenario_.again(call), .also = scenario_.also, .polls_first = true});
    if (!problems.empty()) report("undisturbed", problems);
    expected_ = checked.states;
    std::cout << scenario_.name << ": " << to_string(call) << ": " << expected_ << '\n';
    return counts;
  }

  void sweep(const Call& call, const std::string& kind, int64_t count) {
    killed_ = ends_unseen_ = 0;
    for (const auto at : points(count)) {
      if (failures_ >= kMostFailures) return;
      try_crash(call, {.tool = scenario_.tool, .kind = kind, .at = at});
      if (is_tried_after(kind))
        try_crash(call, {.tool = scenario_.tool, .kind = kind, .at = at, .is_after = true});
    }
    if (count > 0)
      std::cout << scenario_.name << ": " << to_string(call) << ": " << kind << ": " << count
                << " calls, killed " << killed_ << " times, " << ends_unseen_
                << " commands run again" << std::endl;
  }

  void try_crash(const Call& call, const Crash& crash) {
    world_.restore();
    if (!world_.run_killed(call, crash)) return;
    ++killed_;
    ++kills_;
    auto problems = check(world_.place(), When::any_time).violations;
    if (problems.empty()) {
      auto settled = settle(world_, {.again = scenario_.again(call),
                                     .also = scenario_.also,
                                     .polls_first = killed_ % 2 == 0,
                                     .expected = expected_});
      ends_unseen_ += settled.checked.ends_unseen;
      problems = std::move(settled.problems);
    }
    if (is_end_forgotten(crash.kind)) problems.push_back("a command that had ended was run again");
    if (!problems.empty()) report(to_string(crash), problems);
  }

  // When its only command does not run, the tool that writes the store has seen it end.
  bool is_end_forgotten(const std::string& kind) const {
    return scenario_.is_single && (kind == "pwrite" || kind == "fdatasync") && ends_unseen_ > 0;
  }

  void report(const std::string& when, const Lines& problems) {
    ++failures_;
    std::cout << "FAILED: " << scenario_.name << ": " << when << '\n';
    for (const auto& problem : problems) std::cout << "  " << problem << '\n';
    std::cout << "  kept: " << world_.keep(scenario_.name + "-" + std::to_string(failures_))
              << std::endl;
  }

  const Scenario& scenario_;
  World world_;
  std::string expected_;
  int failures_ = 0;
  int64_t killed_ = 0, kills_ = 0, ends_unseen_ = 0;
};

int run(const std::vector<std::string>& arguments) {
  for (const auto& scenario : scenarios()) {
    if (arguments.empty() || scenario.name != arguments[0]) continue;
    Sweep sweep(scenario);
    if (arguments.size() < 3) return sweep.run() ? 0 : 1;
    return sweep.run_one({.tool = scenario.tool,
                          .kind = arguments[1],
                          .at = std::stoll(arguments[2]),
                          .is_after = arguments.size() > 3})
               ? 0
               : 1;
  }
  std::cerr << "usage: cb-crash-sweep SCENARIO [KIND N [after]]\nscenarios:";
  for (const auto& scenario : scenarios()) std::cerr << ' ' << scenario.name;
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
    std::cerr << "cb-crash-sweep: " << error.what() << '\n';
    return 1;
  }
}
