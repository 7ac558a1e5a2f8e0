// cb-power-loss: writes down what the tools do to their files, cuts the power at one moment after
// another, and sees that nothing is lost of what anybody was told, and that the tools that run next
// put everything right.
//   cb-power-loss [IMAGES [SEED [NAME]]]   so many images of each recording, or of that one, at
//   moments evenly spread;
//                                          default 60 1
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
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
const std::vector<std::string> kWitnesses = {"ledger", "tools.", "calls", "config.json", "drops"};

// What the tools are doing.
struct Recording {
  std::string name;
  std::function<void(World&)> prepare;
  std::vector<Call> calls;  // each change of state is told by one of them
  std::map<std::string, std::string> variables = {};
  std::vector<Call> also = {};  // while all is settled
};
const std::vector<Recording>& recordings();

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
    // What cb-watch says of a task that is over was told before.
    if (line.contains("watch") && line.value("verdict", "") != "given") continue;
    const auto said = line.contains("watch") ? std::string() : line.value("verdict", "");
    const auto state = said.empty() ? line.value("state", "") : said;
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
  PowerLoss(const Recording& recording, uint64_t seed) : recording_(recording), seed_(seed) {
    recording_.prepare(world_);
    if (recording_.variables.contains("CB_RECORD_NO_LINKS")) world_.set_without_links();
    world_.save();
    record();
  }

  bool run(int64_t images) {
    std::cout << recording_.name << ", seed " << seed_ << ": " << journal_.size() << " entries, "
              << told_.size() << " acknowledgements\n";
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
    return failures_ == 0 && images_ > 0 && told_.size() > 5;
  }

 private:
  void record() {
    const auto path = fs::path(world_.directory()).parent_path() / "journal";
    for (const auto& call : recording_.calls)
      if (const auto problems = world_.run_recorded(call, path, recording_.variables);
          !problems.empty())
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
    problems = settle(world_, {.also = recording_.also}).problems;
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
    std::cout << "FAILED: " << recording_.name << ", seed " << seed_ << ", image " << number
              << ", cut after entry " << moment << ", unsynced " << to_string(unsynced) << '\n';
    for (const auto& problem : problems) std::cout << "  " << problem << '\n';
    std::cout << "  kept: "
              << world_.keep("power-" + recording_.name + "-" + std::to_string(failures_))
              << std::endl;
  }

  const Recording& recording_;
  const uint64_t seed_;
  World world_;
  std::vector<Entry> journal_;
  std::vector<Told> told_;
  int64_t images_ = 0, settled_ = 0;
  int failures_ = 0;
};

void drop_files(World& world) {
  world.write("board.json", R"({"tasks": []})");
  world.write(
      "config.json",
      watch_config(R"("kind": "file", "on_success": "processed/", "on_failure": "failed/")"));
  world.drop("inbox/one.csv", "one");
  world.drop("inbox/sub/two.csv", "two");
  world.drop("inbox/bad.csv", "bad", Fate::failed);
}

const std::vector<Recording>& recordings() {
  static const Call watch = {"cb-watch", {"--json", "inbox"}}, exec = {"cb-exec", {"--json"}};
  static const std::vector<Recording> all = {
      {"board",
       lay_out_board,
       {
           {"cb-poll", {"--json"}},
           {"cb-task", {"--json", "add", "Another", "--id", "another", "--after", "board:first"}},
           {"cb-task", {"--json", "hold", "board:one"}},
           {"cb-exec", {"--json", "--limit", "3"}},
           {"cb-task", {"--json", "release", "board:one"}},
           {"cb-exec", {"--json"}},
           {"cb-exec", {"--json", "board:bad"}},
           {"cb-task", {"--json", "add", "Idle", "--id", "idle"}},
           {"cb-task", {"--json", "cancel", "local:idle"}},
       }},
      {"watch", drop_files, {watch, exec, watch}, {}, {watch}},
      {"watch-without-links",
       drop_files,
       {watch, exec, watch},
       {{"CB_RECORD_NO_LINKS", "1"}},
       {watch}},
  };
  return all;
}

int run(int64_t images, uint64_t seed, const std::string& name) {
  bool is_good = true;
  for (const auto& recording : recordings())
    if (name.empty() || recording.name == name) is_good &= PowerLoss(recording, seed).run(images);
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
    std::cerr << "cb-power-loss: " << error.what() << '\n';
    return 1;
  }
}
