#include "world.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "os/child.h"
#include "os/env.h"
#include "os/file.h"
#include "os/process.h"

namespace cb::crash {
namespace {

namespace fs = std::filesystem;

constexpr Duration kPatience = std::chrono::seconds(60);
// What a tool may say when one of its kind was killed a moment ago, or refused what was asked
// twice.
const std::set<int> kGoodExits = {0, 1, 69, 75};

std::string make_root() {
  auto path = (fs::temp_directory_path() / "cb-crash-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("create " + path);
  return path;
}

std::string last_line(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) last = line;
  return last;
}

}  // namespace

std::string to_string(const Crash& crash) {
  return crash.tool + " killed " + (crash.is_after ? "after " : "before ") + crash.kind + " " +
         std::to_string(crash.at) + (crash.from.empty() ? "" : " from " + crash.from + " on");
}

World::World() : root_(make_root()), directory_(root_ + "/world"), saved_(root_ + "/saved") {
  fs::create_directory(directory_);
}

World::~World() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

Place World::place() const {
  return {.state = directory_ + "/state",
          .board = directory_ + "/board.json",
          .ledger = directory_ + "/ledger",
          .answers = directory_ + "/answers",
          .is_edited = is_edited_};
}

void World::write(const std::string& name, const std::string& text) const {
  std::ofstream(directory_ + "/" + name) << text;
}

void World::add_to_board(const std::string& task) const {
  using Json = nlohmann::ordered_json;
  std::ifstream file(place().board);
  auto board = Json::parse(file);
  board["tasks"].push_back(Json::parse(task));
  write("board.json", board.dump(2));
}

pid_t World::launch(const Call& call, const std::map<std::string, std::string>& extra,
                    const std::string& output) const {
  auto environment = os::environment_list();
  std::erase_if(environment, [](const auto& entry) {
    return entry.starts_with("CB_") || entry.starts_with("ASAN_");
  });
  environment.push_back("CB_STATE=" + place().state);
  environment.push_back("CB_CONFIG=" + directory_ + "/config.json");
  environment.push_back("CB_TEST_LEDGER=" + place().ledger);
  if (!extra.empty()) {
    environment.push_back("LD_PRELOAD=" CB_CRASHPOINT);
    environment.push_back("ASAN_OPTIONS=verify_asan_link_order=0:" +
                          os::environment("ASAN_OPTIONS").value_or(""));
  }
  for (const auto& [name, value] : extra) environment.push_back(name + "=" + value);
  std::vector<std::string> argv = {CB_PROGRAMS "/" + call.program};
  argv.insert(argv.end(), call.arguments.begin(), call.arguments.end());
  const auto log = os::open_to_append(directory_ + "/tools.log");
  const auto answers = output.empty() ? os::Fd() : os::open_to_append(output);
  const auto started = os::start({.argv = argv,
                                  .environment = environment,
                                  .directory = directory_,
                                  .output = answers ? answers.get() : log.get(),
                                  .error = log.get(),
                                  .death_signal = 9});
  if (started.error != 0) throw std::runtime_error(started.what);
  return started.pid;
}

World::Ending World::start(const Call& call, const std::map<std::string, std::string>& extra,
                           const std::string& output) const {
  const os::Child child(launch(call, extra, output));
  const bool is_hung = !child.wait(kPatience);
  if (is_hung) {
    child.kill();
    child.wait(kPatience);
  }
  const auto ended = child.reap().value();
  return {.is_hung = is_hung, .exit = ended.exit, .signal = ended.signal};
}

std::vector<std::string> World::complain(const Call& call, const Ending& ending) const {
  if (ending.is_hung) return {call.program + ": did not end"};
  if (ending.signal != 0) return {call.program + ": signal " + std::to_string(ending.signal)};
  if (kGoodExits.contains(ending.exit)) return {};
  return {call.program + ": exit " + std::to_string(ending.exit) + ": " +
          last_line(directory_ + "/tools.log")};
}

std::vector<std::string> World::run(const Call& call) { return complain(call, start(call, {})); }

std::vector<std::string> World::run_later(const Call& call) {
  const auto seconds = std::to_string(++hours_ * 3600);
  return complain(call,
                  start(call, {{"CB_CRASH_TOOL", call.program}, {"CB_CRASH_LATER", seconds}}));
}

bool World::run_killed(const Call& call, const Crash& crash, const std::string& output) {
  const auto mark = directory_ + "/killed";
  fs::remove(mark);
  std::map<std::string, std::string> extra = {
      {"CB_CRASH_TOOL", crash.tool},
      {"CB_CRASH_KIND", crash.kind},
      {"CB_CRASH_AT", std::to_string(crash.at)},
      {"CB_CRASH_WHEN", crash.is_after ? "after" : "before"},
      {"CB_CRASH_MARK", mark}};
  if (!crash.from.empty()) extra["CB_CRASH_FROM"] = crash.from;
  start(call, extra, output);
  return fs::exists(mark);
}

std::map<std::string, int64_t> World::count_calls(const Call& call, const std::string& tool) {
  const auto path = directory_ + "/calls";
  const auto complaints =
      complain(call, start(call, {{"CB_CRASH_TOOL", tool}, {"CB_CRASH_COUNT", path}}));
  if (!complaints.empty()) throw std::runtime_error(complaints.front());
  std::map<std::string, int64_t> counts;
  std::ifstream file(path);
  std::string kind;
  for (int64_t count = 0; file >> kind >> count;) counts[kind] += count;
  return counts;
}

std::vector<std::string> World::left_processes() const {
  std::vector<std::string> left;
  for (const auto pid : os::children()) {
    std::string words = os::read_file("/proc/" + std::to_string(pid) + "/cmdline").value_or("");
    for (char& c : words) c = c == '\0' ? ' ' : c;
    left.push_back("a process is left: " + std::to_string(pid) + " " + words);
  }
  os::signal_all(os::children(), 9);
  os::reap();
  return left;
}

void World::save() {
  fs::remove_all(saved_);
  fs::copy(directory_, saved_, fs::copy_options::recursive);
}

void World::restore() {
  fs::remove_all(directory_);
  fs::copy(saved_, directory_, fs::copy_options::recursive);
  hours_ = 0;
}

std::string World::keep(const std::string& name) const {
  auto kept = (fs::temp_directory_path() / ("cb-crash-kept-" + name)).string();
  fs::remove_all(kept);
  fs::copy(directory_, kept, fs::copy_options::recursive);
  return kept;
}

}  // namespace cb::crash
