// cb-backup-power-loss: writes down what cb-backup does to its files, cuts the power at one moment
// after another, and sees that a backup can be restored at each, that none is lost that was told
// of, and that the store opens or every tool says how to get it back.
//   cb-backup-power-loss [IMAGES [SEED [NAME]]]   so many images of each recording, or of that one;
//                                                 default 60 1
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "backup_world.h"
#include "disk.h"
#include "os/process.h"
#include "store.h"

namespace cb::crash {
namespace {

namespace fs = std::filesystem;

constexpr int kMostFailures = 3;
// What this program itself writes, and the commands' own account of what they did.
const std::vector<std::string> kWitnesses = {"ledger", "tools.", "calls", "config.json", "taken"};

// What is done while the power is cut. `changes`: to the store, too, which is then as it is after
// some of the calls.
struct Recording {
  std::string name, scenario;
  std::vector<Call> calls;
  bool changes = false;
};

const std::vector<Recording>& recordings() {
  static const Call create = {"cb-backup", {"--json"}};
  static const Call full = {"cb-backup", {"create", "--full", "--json"}};
  static const std::vector<Recording> all = {
      {"create", "create-first", {create, {"cb-exec"}, create, full}, true},
      {"prune", "prune", {{"cb-backup", {"prune", "--json"}}}},
      {"restore", "restore", {{"cb-backup", {"restore", "--json"}}}},
      {"restore-sound", "restore-sound", {{"cb-backup", {"restore", "--json"}}}},
      {"repair", "repair", {{"cb-backup", {"repair", "--json"}}}},
  };
  return all;
}

struct Told {
  size_t at;  // the entry of the journal
  std::string id;
};

// The backups that were told to be made.
std::vector<Told> read_told(const std::vector<Entry>& journal) {
  std::vector<Told> all;
  for (size_t at = 0; at < journal.size(); ++at) {
    if (journal[at].op != Op::say) continue;
    const auto line = nlohmann::json::parse(journal[at].data, nullptr, false);
    if (line.is_object() && line.value("action", "") == "created") all.push_back({at, line["id"]});
  }
  return all;
}

class BackupPowerLoss {
 public:
  BackupPowerLoss(const Recording& recording, uint64_t seed)
      : recording_(recording), scenario_(find_backup_scenario(recording.scenario)), seed_(seed) {
    scenario_.prepare(world_);
    rules_.emplace(world_);
    if (scenario_.harm) scenario_.harm(world_);
    world_.save();
    record();
  }

  bool run(int64_t images) {
    world_.restore();
    Disk disk(world_.directory(), kWitnesses);
    size_t applied = 0;
    const auto size = static_cast<int64_t>(journal_.size());
    const auto times = std::max<int64_t>(images / std::max<int64_t>(size, 1), 1);
    for (const auto moment : evenly_spread(size, images)) {
      while (applied < static_cast<size_t>(moment)) disk.apply(journal_[applied++]);
      for (int64_t i = 0; i < times && failures_ < kMostFailures; ++i)
        try_image(disk, applied, static_cast<uint64_t>(i));
    }
    std::cout << recording_.name << ", seed " << seed_ << ": " << size << " entries, "
              << told_.size() << " backups told of; " << images_ << " images, " << failures_
              << " failures" << std::endl;
    return failures_ == 0 && images_ > 0 && (!recording_.changes || told_.size() > 1);
  }

 private:
  void record() {
    const auto path = fs::path(world_.directory()).parent_path() / "journal";
    for (const auto& call : recording_.calls)
      if (const auto problems = world_.run_recorded(call, path); !problems.empty())
        throw std::runtime_error("record " + to_string(call) + ": " + problems.front());
    journal_ = read_journal(path);
    told_ = read_told(journal_);
  }

  void try_image(const Disk& disk, size_t moment, uint64_t number) {
    constexpr Unsynced kWays[] = {Unsynced::names, Unsynced::mixed, Unsynced::dropped,
                                  Unsynced::mixed, Unsynced::names, Unsynced::kept};
    const auto unsynced = kWays[(moment + number) % std::size(kWays)];
    ++images_;
    std::mt19937_64 random((seed_ * 1'000'003 + moment) * 1'009 + number);
    fs::remove_all(world_.directory());
    disk.write_image(unsynced, random);
    world_.reboot();
    Lines problems;
    try {
      problems = judge(moment);
    } catch (const std::exception& error) {
      problems.push_back(error.what());
    }
    if (!problems.empty()) report(moment, number, unsynced, problems);
  }

  // Whoever writes next fills the journal, which is not synced with each commit. What the store
  // was at that moment must come back.
  Lines judge(size_t moment) {
    auto rules = *rules_;
    if (recording_.changes) {
      for (const char* tool : {"cb-poll", "cb-exec"})
        if (auto problems = world_.run({tool}); !problems.empty()) return problems;
      rules = rules.with_content(store_content(world_));
    }
    for (const auto& told : told_)
      if (told.at < moment) rules = rules.with_newest(told.id);
    auto problems = rules.broken(world_);
    append(problems, rules.unsettled(world_, scenario_));
    return problems;
  }

  void report(size_t moment, uint64_t number, Unsynced unsynced, const Lines& problems) {
    ++failures_;
    std::cout << "FAILED: " << recording_.name << ", seed " << seed_ << ", image " << number
              << ", cut after entry " << moment << ", unsynced " << to_string(unsynced) << '\n';
    for (const auto& problem : problems) std::cout << "  " << problem << '\n';
    std::cout << "  kept: "
              << world_.keep("backup-power-" + recording_.name + "-" + std::to_string(failures_))
              << std::endl;
  }

  const Recording& recording_;
  const BackupScenario& scenario_;
  const uint64_t seed_;
  World world_;
  std::optional<BackupRules> rules_;
  std::vector<Entry> journal_;
  std::vector<Told> told_;
  int64_t images_ = 0;
  int failures_ = 0;
};

int run(int64_t images, uint64_t seed, const std::string& name) {
  bool is_good = true;
  for (const auto& recording : recordings())
    if (name.empty() || recording.name == name)
      is_good &= BackupPowerLoss(recording, seed).run(images);
  return is_good ? 0 : 1;
}

}  // namespace
}  // namespace cb::crash

int main(int argc, char** argv) {
  cb::os::become_subreaper();
  const auto images = argc > 1 ? std::atoll(argv[1]) : 60;
  const auto seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  try {
    return cb::crash::run(images, seed, argc > 3 ? argv[3] : "");
  } catch (const std::exception& error) {
    std::cerr << "cb-backup-power-loss: " << error.what() << '\n';
    return 1;
  }
}
