// cb-environment-faults: tools in a hostile environment. They may fail, but say so and end; once it
// is friendly again, the tools that run next put everything right.
//   cb-environment-faults SCENARIO       prints "skipped: REASON", exit 77, where the machine does
//                                        not allow one
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>

#include "os/process.h"
#include "scenario.h"
#include "settle.h"
#include "tmpfs.h"

namespace cb::crash {
namespace {

namespace fs = std::filesystem;

constexpr int kSkipped = 77;
constexpr int kMostFailures = 2;
// All of them, or with `stride` every so many.
std::vector<int64_t> tried(std::vector<int64_t> all, size_t stride) {
  if (std::getenv("CB_CRASH_ALL") != nullptr) return all;
  std::vector<int64_t> some;
  for (size_t i = 0; i < all.size(); i += stride) some.push_back(all[i]);
  return some;
}

std::vector<int64_t> range(int64_t first, int64_t last) {
  std::vector<int64_t> all;
  for (auto i = first; i <= last; ++i) all.push_back(i);
  return all;
}

constexpr uid_t kStranger = 64123;  // of nobody's processes but ours

// --- one world, hindered again and again

class Environment {
 public:
  explicit Environment(std::string name) : name_(std::move(name)) {
    lay_out_board(world_);
    world_.save();
    world_.run({"cb-poll"});
    expected_ = settle(world_, {}).checked.states;
  }

  World& world() { return world_; }
  std::string state() const { return world_.place().state; }
  // `expected`: whether the commands themselves cannot be harmed, so that all ends as it should.
  enum class Commands { unharmed, harmed };

  void try_hindered(const std::string& what, Commands commands,
                    const std::function<Lines()>& hinder) {
    if (failures_ >= kMostFailures) return;
    world_.restore();
    auto problems = hinder();
    append(problems, check(world_.place(), When::any_time).violations);
    if (problems.empty())
      problems = settle(world_, {.polls_first = true,
                                 .expected = commands == Commands::unharmed ? expected_ : ""})
                     .problems;
    ++tries_;
    if (!problems.empty()) report(what, problems);
  }

  // In a store that is on a file system of `options`, hindered after the first poll and before
  // each tool.
  void try_on_tmpfs(const std::string& what, const std::string& options,
                    const std::function<void(const Tmpfs&)>& hinder,
                    const std::function<void(const Tmpfs&)>& relieve) {
    for (const bool is_polled : {true, false}) {
      if (failures_ >= kMostFailures) return;
      world_.restore();
      const Tmpfs tmpfs(state(), options);
      auto problems = is_polled ? world_.run({"cb-poll"}) : Lines();
      hinder(tmpfs);
      for (const char* tool : {"cb-poll", "cb-exec", "cb-poll"})
        append(problems, world_.run_hindered({tool}));
      relieve(tmpfs);
      append(problems, check(world_.place(), When::any_time).violations);
      if (problems.empty())
        problems = settle(world_, {.polls_first = true, .expected = expected_}).problems;
      ++tries_;
      if (!problems.empty())
        report(what + (is_polled ? ", after a poll" : ", from the start"), problems);
    }
  }

  bool finish() const {
    std::cout << name_ << ": " << tries_ << " tries, " << failures_ << " failures" << std::endl;
    return failures_ == 0 && tries_ > 0;
  }

 private:
  void report(const std::string& what, const Lines& problems) {
    ++failures_;
    std::cout << "FAILED: " << name_ << ": " << what << '\n';
    for (const auto& problem : problems) std::cout << "  " << problem << '\n';
    std::cout << "  kept: " << world_.keep("environment-" + name_ + "-" + std::to_string(failures_))
              << std::endl;
  }

  const std::string name_;
  World world_;
  std::string expected_;
  int tries_ = 0, failures_ = 0;
};

using Commands = Environment::Commands;

// --- the scenarios

bool full_disk() {
  enter_own_namespace();
  Environment environment("full-disk");
  for (const auto left : tried({0, 4096, 8192, 16384, 32768, 65536, 131072, 163840, 262144}, 4))
    environment.try_on_tmpfs(
        std::to_string(left) + " bytes left", "size=8m",
        [&](const Tmpfs& tmpfs) { fill(tmpfs, static_cast<uint64_t>(left)); }, give_back);
  return environment.finish();
}

bool no_inodes() {
  enter_own_namespace();
  Environment environment("no-inodes");
  for (const auto left : tried(range(0, 24), 10))
    environment.try_on_tmpfs(
        std::to_string(left) + " inodes left", "size=64m,nr_inodes=300",
        [&](const Tmpfs& tmpfs) { take_names(tmpfs, left); }, give_back);
  return environment.finish();
}

bool read_only() {
  enter_own_namespace();
  Environment environment("read-only");
  environment.try_on_tmpfs(
      "read-only", "size=64m", [](const Tmpfs& tmpfs) { tmpfs.set_read_only(true); },
      [](const Tmpfs& tmpfs) { tmpfs.set_read_only(false); });
  return environment.finish();
}

Lines run_both(World& world, const std::vector<std::string>& wrapper) {
  auto problems = world.run_hindered({"cb-poll", {}, wrapper});
  append(problems, world.run_hindered({"cb-exec", {}, wrapper}));
  return problems;
}

// From 6 on the dynamic loader has what it needs.
bool few_descriptors() {
  Environment environment("few-descriptors");
  for (const auto limit : tried(range(6, 24), 3))
    environment.try_hindered(std::to_string(limit) + " descriptors", Commands::harmed, [&] {
      const auto value = std::to_string(limit);
      return run_both(environment.world(), {"prlimit", "--nofile=" + value + ":" + value});
    });
  return environment.finish();
}

void give_away(const fs::path& directory) {
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (lchown(entry.path().c_str(), kStranger, kStranger) != 0)
      throw Skip{std::string("give a file away: ") + std::strerror(errno)};
  if (lchown(directory.c_str(), kStranger, kStranger) != 0)
    throw Skip{std::string("give a directory away: ") + std::strerror(errno)};
  fs::permissions(directory.parent_path(), fs::perms(0711));
}

bool few_processes() {
  if (geteuid() != 0) throw Skip{"only root can become a user without processes"};
  Environment environment("few-processes");
  for (const auto limit : tried(range(1, 12), 3))
    environment.try_hindered(std::to_string(limit) + " processes", Commands::harmed, [&] {
      const auto value = std::to_string(limit);
      give_away(environment.world().directory());
      return run_both(environment.world(),
                      {"setpriv", "--reuid=" + std::to_string(kStranger),
                       "--regid=" + std::to_string(kStranger), "--clear-groups", "prlimit",
                       "--nproc=" + value + ":" + value});
    });
  return environment.finish();
}

bool no_output() {
  Environment environment("no-output");
  for (const char* redirection : {">/dev/full", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full 2>&1"})
    environment.try_hindered(redirection, Commands::unharmed, [&] {
      return run_both(environment.world(),
                      {"sh", "-c", std::string("exec \"$@\" ") + redirection, "sh"});
    });
  return environment.finish();
}

// Another day from one reading of the clock on, within one run; the other tools never saw it.
bool clock_jumps() {
  Environment environment("clock-jumps");
  for (const char* step : {"-90000", "90000"})
    for (const auto at : tried(range(1, 60), 19))
      for (const char* tool : {"cb-poll", "cb-exec"})
        environment.try_hindered(
            std::string(tool) + ": " + step + " s at reading " + std::to_string(at),
            Commands::unharmed, [&] {
              auto& world = environment.world();
              Lines problems;
              if (std::string(tool) == "cb-exec") problems = world.run({"cb-poll"});
              append(problems,
                     world.run_hindered({tool}, {{"CB_CRASH_STEP", step},
                                                 {"CB_CRASH_STEP_AT", std::to_string(at)}}));
              return problems;
            });
  return environment.finish();
}

struct Named {
  const char* name;
  bool (*run)();
};
constexpr Named kScenarios[] = {
    {"full-disk", full_disk},         {"no-inodes", no_inodes},
    {"read-only", read_only},         {"few-descriptors", few_descriptors},
    {"few-processes", few_processes}, {"no-output", no_output},
    {"clock-jumps", clock_jumps},
};

int run(const std::string& name) {
  for (const auto& scenario : kScenarios)
    if (name == scenario.name) return scenario.run() ? 0 : 1;
  std::cerr << "usage: cb-environment-faults SCENARIO\nscenarios:";
  for (const auto& scenario : kScenarios) std::cerr << ' ' << scenario.name;
  std::cerr << '\n';
  return 64;
}

}  // namespace
}  // namespace cb::crash

int main(int argc, char** argv) {
  cb::os::become_subreaper();
  try {
    return cb::crash::run(argc > 1 ? argv[1] : "");
  } catch (const cb::crash::Skip& skip) {
    std::cout << "skipped: " << skip.reason << '\n';
    return cb::crash::kSkipped;
  } catch (const std::exception& error) {
    std::cerr << "cb-environment-faults: " << error.what() << '\n';
    return 1;
  }
}
