// cb-fault-sweep: lets one call of a tool after another fail, once or from then on, and sees that
// the tool says so and ends, and that the tools that run next put everything right.
//   cb-fault-sweep SCENARIO…   a few calls of each error, evenly spread; all with CB_CRASH_ALL=1
//   cb-fault-sweep SCENARIO ERROR N [lasting]   only the N-th of all its calls
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>

#include "os/process.h"
#include "scenario.h"
#include "settle.h"

namespace cb::crash {
namespace {

constexpr int64_t kPointsOfError = 4;
constexpr int64_t kPointsOfSingle = 16;  // closer together where a call makes few
constexpr int kMostFailures = 2;

struct Kind {
  const char* error;
  bool does_last;
  const char* calls;
};
// Syncs and writes of files are few among the calls; what a sync says is told only once.
constexpr Kind kKinds[] = {
    {"ENOSPC", false, "any"}, {"ENOSPC", true, "any"},     {"EIO", false, "any"},
    {"EIO", true, "any"},     {"EINTR", false, "any"},     {"SHORT", false, "any"},
    {"SHORT", true, "any"},   {"EIO", false, "fdatasync"}, {"ENOSPC", false, "write"},
    {"EIO", false, "link"},   {"ENOSPC", false, "link"},   {"EPERM", true, "any"}};

const Scenario& find_scenario(const std::string& name) {
  for (const auto& scenario : scenarios())
    if (scenario.name == name) return scenario;
  throw std::runtime_error("no scenario " + name);
}

class FaultSweep {
 public:
  explicit FaultSweep(const Scenario& scenario) : scenario_(scenario) {
    scenario_.prepare(world_);
    world_.left_processes();
    world_.save();
  }

  bool run() {
    for (const auto& call : scenario_.calls) {
      learn_states(call);
      for (const auto& kind : kKinds) sweep(call, kind);
    }
    std::cout << scenario_.name << ": " << faults_ << " faults, " << failures_ << " failures, "
              << ends_unseen_ << " commands run again" << std::endl;
    return failures_ == 0 && faults_ > 0;
  }

  bool run_one(const Fault& fault) {
    for (const auto& call : scenario_.calls) {
      learn_states(call);
      try_fault(call, fault);
    }
    std::cout << faults_ << " faults; kept: " << world_.keep(scenario_.name) << '\n';
    return failures_ == 0;
  }

 private:
  void learn_states(const Call& call) {
    world_.restore();
    world_.run(call);
    const auto [problems, checked] = settle(
        world_, {.again = scenario_.again(call), .also = scenario_.also, .polls_first = true});
    if (!problems.empty()) report("undisturbed", problems);
    expected_ = checked.states;
    unseen_before_ = checked.ends_unseen;
  }

  void sweep(const Call& call, const Kind& kind) {
    const bool is_all = std::getenv("CB_CRASH_ALL") != nullptr;
    const auto most = scenario_.is_single ? kPointsOfSingle : kPointsOfError;
    Fault fault{.tool = scenario_.tool,
                .error = kind.error,
                .does_last = kind.does_last,
                .kind = kind.calls};
    world_.restore();
    const auto count = world_.count_faults(call, fault);
    for (const auto at : evenly_spread(count, is_all ? count : most)) {
      if (failures_ >= kMostFailures) return;
      fault.at = at;
      try_fault(call, fault);
    }
  }

  void try_fault(const Call& call, const Fault& fault) {
    world_.restore();
    const auto faulted = world_.run_faulted(call, fault);
    if (faulted.is_hit) ++faults_;
    auto problems = faulted.problems;
    append(problems, check(world_.place(), When::any_time).violations);
    if (problems.empty()) {
      auto [complaints, checked] = settle(world_, {.again = scenario_.again(call),
                                                   .also = scenario_.also,
                                                   .polls_first = faults_ % 2 == 0,
                                                   .expected = expected_});
      problems = std::move(complaints);
      // A tool that lives on has no excuse.
      if (checked.ends_unseen > unseen_before_ && !fault.does_last)
        problems.push_back("a command that had ended was run again");
      ends_unseen_ += checked.ends_unseen;
    }
    if (!problems.empty()) report(to_string(call) + ": " + to_string(fault), problems);
  }

  void report(const std::string& when, const Lines& problems) {
    ++failures_;
    std::cout << "FAILED: " << scenario_.name << ": " << when << '\n';
    for (const auto& problem : problems) std::cout << "  " << problem << '\n';
    std::cout << "  kept: "
              << world_.keep("fault-" + scenario_.name + "-" + std::to_string(failures_))
              << std::endl;
  }

  const Scenario& scenario_;
  World world_;
  std::string expected_;
  int failures_ = 0;
  int64_t faults_ = 0, ends_unseen_ = 0, unseen_before_ = 0;
};

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::cerr << "usage: cb-fault-sweep SCENARIO… | SCENARIO ERROR N [lasting]\n";
    return 64;
  }
  if (arguments.size() >= 3 && std::atoll(arguments[2].c_str()) > 0) {
    const auto& scenario = find_scenario(arguments[0]);
    return FaultSweep(scenario).run_one({.tool = scenario.tool,
                                         .error = arguments[1],
                                         .at = std::stoll(arguments[2]),
                                         .does_last = arguments.size() > 3})
               ? 0
               : 1;
  }
  bool is_good = true;
  for (const auto& name : arguments) is_good &= FaultSweep(find_scenario(name)).run();
  return is_good ? 0 : 1;
}

}  // namespace
}  // namespace cb::crash

int main(int argc, char** argv) {
  cb::os::become_subreaper();
  try {
    return cb::crash::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "cb-fault-sweep: " << error.what() << '\n';
    return 1;
  }
}
