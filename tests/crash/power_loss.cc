// cb-power-loss: writes down what the tools do to their files, cuts the power at one moment after
// another, and sees that nothing is lost of what anybody was told, and that the tools that run next
// put everything right.
//   cb-power-loss [IMAGES [SEED]]       so many images, at moments evenly spread; default 60 1
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "disk.h"
#include "os/process.h"
#include "scenario.h"
#include "settle.h"
#include "store.h"

namespace cb::crash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kMostFailures = 2;
constexpr int kImagesAtEnd = 3;
// The commands' own account of what they did, and what this program itself writes.
const std::vector<std::string> kWitnesses = {"ledger", "tools.", "calls", "config.json"};

// What a tool told: the task went into that state, by that run unless it is "".
struct Told {
  size_t at;  // the entry of the journal
  std::string task, state, run, outcome;
};

// The lines of helpers are told to cb alone.
std::vector<Told> read_told(const std::vector<Entry>& journal) {
  std::vector<Told> all;
  for (size_t at = 0; at < journal.size(); ++at) {
    if (journal[at].op != Op::say) continue;
    const auto line = json::parse(journal[at].data, nullptr, false);
    if (!line.is_object() || !line.contains("task") || !line["task"].is_string()) continue;
    const auto state = line.value("verdict", line.value("state", ""));
    all.push_back({at, line["task"], state, line.value("run", ""), line.value("outcome", "")});
  }
  return all;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class PowerLoss {
 public:
  explicit PowerLoss(uint64_t seed) : seed_(seed) {
    lay_out_board(world_);
    world_.save();
    record();
  }

  bool run(int64_t images) {
    std::cout << "seed " << seed_ << ": " << journal_.size() << " entries, " << told_.size()
              << " acknowledgements\n";
    auto moments = evenly_spread(size(), images);
    moments.merge(ends());
    world_.restore();
    Disk disk(world_.directory(), kWitnesses);
    size_t applied = 0;
    for (const auto moment : moments) {
      while (applied < static_cast<size_t>(moment)) disk.apply(journal_[applied++]);
      for (int64_t i = 0; i < images_at(moment, images) && failures_ < kMostFailures; ++i)
        try_image(disk, applied, static_cast<uint64_t>(i));
    }
    std::cout << images_ << " images, " << settled_ << " settled, " << failures_ << " failures\n";
    return failures_ == 0 && images_ > 0 && told_.size() > 10;
  }

 private:
  // Each change of state is told by some tool.
  void record() {
    const auto path = fs::path(world_.directory()).parent_path() / "journal";
    const Call calls[] = {
        {"cb-poll", {"--json"}},
        {"cb-task", {"--json", "add", "Another", "--id", "another", "--after", "board:first"}},
        {"cb-task", {"--json", "hold", "board:one"}},
        {"cb-exec", {"--json", "--limit", "3"}},
        {"cb-task", {"--json", "release", "board:one"}},
        {"cb-exec", {"--json"}},
        {"cb-exec", {"--json", "board:bad"}},
        {"cb-task", {"--json", "add", "Idle", "--id", "idle"}},
        {"cb-task", {"--json", "cancel", "local:idle"}},
    };
    for (const auto& call : calls)
      if (const auto problems = world_.run_recorded(call, path); !problems.empty())
        throw std::runtime_error("record " + to_string(call) + ": " + problems.front());
    journal_ = read_journal(path);
    told_ = read_told(journal_);
  }

  int64_t size() const { return static_cast<int64_t>(journal_.size()); }

  // The moments when the end of a command is on the disk, but not in the store: what the command
  // left may not have reached the disk.
  std::set<int64_t> ends() const {
    std::set<int64_t> moments;
    for (size_t i = 0; i < journal_.size(); ++i)
      if (journal_[i].op == Op::write && journal_[i].path.find("/ends/") != std::string::npos)
        moments.insert(static_cast<int64_t>(i) + 1);
    return moments;
  }

  int64_t images_at(int64_t moment, int64_t images) const {
    const auto wanted = std::max<int64_t>(images / size(), 1);
    return ends().contains(moment) ? wanted * kImagesAtEnd : wanted;
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

  Lines judge(size_t moment) {
    const Place place = world_.place();
    auto problems = check(place, When::any_time).violations;
    append(problems, forgotten(moment));
    if (!problems.empty()) return problems;
    ++settled_;
    problems = settle(world_, {}).problems;
    append(problems, forgotten(moment));
    append(problems, torn_attachments());
    return problems;
  }

  // What was told before that moment and is not in the store.
  Lines forgotten(size_t moment) const {
    Lines lines;
    std::map<std::string, int> times;  // one may be told the same more than once
    for (const auto& told : told_) {
      if (told.at >= moment) break;
      if (!fs::exists(world_.place().state + "/state.db")) return {"told, but there is no store"};
      const auto least = std::to_string(++times[told.task + " " + told.state]);
      if (is_known(told, least)) continue;
      lines.push_back("told, but forgotten: " + told.task + " " + told.state + " " + told.run +
                      " " + told.outcome);
    }
    return lines;
  }

  bool is_known(const Told& told, const std::string& least) const {
    Store store(world_.place().state);
    const auto colon = told.task.find(':');
    store.run(
        "CREATE TEMP TABLE told AS SELECT ?1 AS source, ?2 AS id, ?3 AS state, ?4 AS run, ?5 AS "
        "outcome",
        {told.task.substr(0, colon), told.task.substr(colon + 1), told.state, told.run,
         told.outcome});
    return store.text(
               "SELECT count(*) >= " + least +
               " AND (told.run = '' OR EXISTS (SELECT 1 FROM runs r WHERE r.id = told.run AND "
               "r.outcome = told.outcome)) FROM told JOIN tasks t USING (source, id) "
               "JOIN events e ON e.task = t.n AND e.new = told.state") == "1";
  }

  // Half a deliverable is worse than none.
  Lines torn_attachments() const {
    Lines lines;
    std::error_code none;
    for (const auto& entry :
         fs::recursive_directory_iterator(world_.place().board + ".files", none))
      if (!entry.is_directory() && bytes_of(entry.path()) != "report of board:report\n")
        lines.push_back("attached, but torn: " + entry.path().string());
    return lines;
  }

  void report(size_t moment, uint64_t number, Unsynced unsynced, const Lines& problems) {
    ++failures_;
    std::cout << "FAILED: seed " << seed_ << ", image " << number << ", cut after entry " << moment
              << ", unsynced " << to_string(unsynced) << '\n';
    for (const auto& problem : problems) std::cout << "  " << problem << '\n';
    std::cout << "  kept: " << world_.keep("power-" + std::to_string(failures_)) << std::endl;
  }

  const uint64_t seed_;
  World world_;
  std::vector<Entry> journal_;
  std::vector<Told> told_;
  int64_t images_ = 0, settled_ = 0;
  int failures_ = 0;
};

}  // namespace
}  // namespace cb::crash

int main(int argc, char** argv) {
  cb::os::become_subreaper();
  const auto images = argc > 1 ? std::atoll(argv[1]) : 60;
  const auto seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  try {
    return cb::crash::PowerLoss(seed).run(images) ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "cb-power-loss: " << error.what() << '\n';
    return 1;
  }
}
