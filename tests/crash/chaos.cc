// cb-crash-chaos: tools run beside each other, people edit the board, and anything is killed at any
// moment; at the end tools run undisturbed, and the checker judges.
//   cb-crash-chaos [--rounds N] [--tasks N] [--seconds N] [--seed N]
// The seed determines tasks, edits and pauses; when a process gets the processor is up to the
// kernel, so that a failure may need several rounds to come again.
#include <cstdlib>
#include <exception>
#include <iostream>

#include "crew.h"
#include "os/clock.h"
#include "os/process.h"
#include "person.h"
#include "settle.h"

namespace cb::crash {
namespace {

constexpr int64_t kHaste = 60;  // the tools' clocks run so much faster
constexpr auto kTick = std::chrono::milliseconds(10);

struct Settings {
  int64_t rounds = 1, tasks = 60, seconds = 4;
  uint64_t seed = os::random64() % 1'000'000'000;
};

class Round {
 public:
  Round(const Settings& settings, uint64_t seed)
      : seconds_(settings.seconds),
        random_(seed),
        begun_(os::boot_time()),
        person_(world_, random_, static_cast<int>(settings.tasks)),
        crew_(world_, random_, [this] { return clock(); }) {
    world_.set_edited();
  }

  // Returns what is wrong.
  std::vector<std::string> run() {
    disturb();
    crew_.kill_all();
    auto problems = crew_.problems();
    append(problems, check(world_.place(), When::any_time).violations);
    world_.skip_hours(2 + seconds_ * kHaste / 3600);  // later than any clock so far
    auto [settled, checked] = settle(world_, {.polls_first = true, .rounds = 20});
    append(problems, settled);
    tell(checked);
    if (!problems.empty()) std::cout << "  kept: " << world_.keep("chaos") << '\n';
    return problems;
  }

 private:
  int64_t clock() const {
    return std::chrono::floor<std::chrono::seconds>(os::boot_time() - begun_).count() * kHaste;
  }

  void disturb() {
    crew_.keep({"cb-poll", {"--quiet", "--json"}});
    crew_.keep({"cb-reconcile", {"--quiet", "--json"}});
    crew_.keep({"cb-exec", {"--quiet", "--json"}});
    crew_.keep({"cb-exec", {"--quiet", "--json"}});
    crew_.keep({"cb-exec", {"--quiet", "--json", "--follow", "--every", "50ms"}});
    crew_.keep({"cb-exec", {"--quiet", "--json", "--follow", "--every", "50ms", "--jobs", "6"}});
    while (os::boot_time() - begun_ < std::chrono::seconds(seconds_)) {
      os::sleep_for(kTick);
      crew_.tick();
      if (pick(random_, 4) == 0) crew_.kill_one();
      if (pick(random_, 6) == 0) person_.act(crew_);
    }
  }

  void tell(const Checked& checked) {
    std::cout << "  " << checked.tasks << " tasks, " << checked.runs << " runs, " << checked.events
              << " events, " << person_.edits() << " edits; killed";
    for (const auto& [name, count] : crew_.kills()) std::cout << ' ' << count << ' ' << name;
    std::cout << std::endl;
  }

  int64_t seconds_;
  Random random_;
  Duration begun_;
  World world_;
  Person person_;
  Crew crew_;
};

int run(const Settings& settings) {
  int failures = 0;
  for (int64_t round = 0; round < settings.rounds; ++round) {
    const auto seed = settings.seed + static_cast<uint64_t>(round);
    std::cout << "round " << round + 1 << ": --seed " << seed << " --tasks " << settings.tasks
              << " --seconds " << settings.seconds << std::endl;
    const auto problems = Round(settings, seed).run();
    for (const auto& problem : problems) std::cout << "  FAILED: " << problem << '\n';
    failures += problems.empty() ? 0 : 1;
  }
  std::cout << settings.rounds << " rounds, " << failures << " failed\n";
  return failures == 0 ? 0 : 1;
}

Settings read_settings(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const auto number = std::stoll(argv[i + 1]);
    if (name == "--rounds") settings.rounds = number;
    if (name == "--tasks") settings.tasks = number;
    if (name == "--seconds") settings.seconds = number;
    if (name == "--seed") settings.seed = static_cast<uint64_t>(number);
  }
  return settings;
}

}  // namespace
}  // namespace cb::crash

int main(int argc, char** argv) {
  cb::os::become_subreaper();
  try {
    return cb::crash::run(cb::crash::read_settings(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "cb-crash-chaos: " << error.what() << '\n';
    return 1;
  }
}
