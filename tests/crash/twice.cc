// cb-crash-twice: kills a tool at its n-th call and the tool that runs next, and so recovers, at
// its m-th; then sees that undisturbed tools put everything right.
//   cb-crash-twice SCENARIO [NEXT]       a grid of n and m; a fine one with CB_CRASH_ALL=1
//   cb-crash-twice SCENARIO NEXT N M     only this one
#include <cstdlib>
#include <exception>
#include <iostream>
#include <set>

#include "os/process.h"
#include "scenario.h"
#include "settle.h"

namespace cb::crash {
namespace {

constexpr int kMostFailures = 5;

int64_t points_per_axis() { return std::getenv("CB_CRASH_ALL") != nullptr ? 40 : 4; }

// Evenly spread over 1..count, without the two ends.
std::set<int64_t> points(int64_t count) {
  std::set<int64_t> chosen;
  const auto wanted = std::min(count, points_per_axis());
  for (int64_t i = 1; i <= wanted; ++i) chosen.insert((i * count + wanted) / (wanted + 1));
  return chosen;
}

int64_t total(const std::map<std::string, int64_t>& counts) {
  int64_t sum = 0;
  for (const auto& [kind, count] : counts) sum += count;
  return sum;
}

class Grid {
 public:
  Grid(const Scenario& scenario, Call next) : scenario_(scenario), next_(std::move(next)) {
    scenario_.prepare(world_);
    world_.left_processes();
    world_.save();
  }

  bool run() {
    for (const auto& call : scenario_.calls) {
      world_.restore();
      for (const auto n : points(total(world_.count_calls(call, scenario_.tool)))) sweep(call, n);
    }
    std::cout << scenario_.name << ", then " << next_.program << ": " << pairs_
              << " pairs of kills, " << failures_ << " failed\n";
    return failures_ == 0 && pairs_ > 0;
  }

  bool run_one(int64_t n, int64_t m) {
    for (const auto& call : scenario_.calls) try_pair(call, n, m);
    std::cout << "kept: " << world_.keep(scenario_.name) << '\n';
    return failures_ == 0;
  }

 private:
  static Crash crash_of(const std::string& tool, int64_t at) {
    return {.tool = tool, .kind = "any", .at = at};
  }

  // How many calls the next tool makes depends on where the first one died.
  void sweep(const Call& call, int64_t n) {
    world_.restore();
    if (!world_.run_killed(call, crash_of(scenario_.tool, n))) return;
    for (const auto m : points(total(world_.count_calls(next_, next_.program)))) {
      if (failures_ >= kMostFailures) return;
      try_pair(call, n, m);
    }
  }

  void try_pair(const Call& call, int64_t n, int64_t m) {
    world_.restore();
    if (!world_.run_killed(call, crash_of(scenario_.tool, n))) return;
    if (!world_.run_killed(next_, crash_of(next_.program, m))) return;
    ++pairs_;
    auto problems = check(world_.place(), When::any_time).violations;
    if (problems.empty())
      problems =
          settle(world_, {.again = scenario_.again(call), .polls_first = pairs_ % 2 == 0}).problems;
    if (!problems.empty()) report(n, m, problems);
  }

  void report(int64_t n, int64_t m, const std::vector<std::string>& problems) {
    ++failures_;
    std::cout << "FAILED: " << scenario_.name << " killed at call " << n << ", " << next_.program
              << " at call " << m << '\n';
    for (const auto& problem : problems) std::cout << "  " << problem << '\n';
    std::cout << "  kept: " << world_.keep("twice-" + std::to_string(failures_)) << std::endl;
  }

  const Scenario& scenario_;
  Call next_;
  World world_;
  int failures_ = 0;
  int64_t pairs_ = 0;
};

int run(const std::vector<std::string>& arguments) {
  for (const auto& scenario : scenarios()) {
    if (arguments.empty() || scenario.name != arguments[0]) continue;
    Grid grid(scenario, {arguments.size() > 1 ? arguments[1] : "cb-exec"});
    const auto is_one = arguments.size() == 4;
    return (is_one ? grid.run_one(std::stoll(arguments[2]), std::stoll(arguments[3])) : grid.run())
               ? 0
               : 1;
  }
  std::cerr << "usage: cb-crash-twice SCENARIO [NEXT [N M]]\n";
  return 64;
}

}  // namespace
}  // namespace cb::crash

int main(int argc, char** argv) {
  cb::os::become_subreaper();
  try {
    return cb::crash::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "cb-crash-twice: " << error.what() << '\n';
    return 1;
  }
}
