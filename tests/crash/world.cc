#include "world.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "content.h"
#include "os/child.h"
#include "os/env.h"
#include "os/file.h"
#include "os/process.h"

namespace cb::crash {
namespace {

namespace fs = std::filesystem;

constexpr Duration kPatience = std::chrono::seconds(180);
constexpr int kHaste = 30;  // the tools' longest patience becomes one second
// What a tool may say when one of its kind was killed a moment ago, or refused what was asked
// twice.
const std::set<int> kGoodExits = {0, 1, 69, 75};
// And one that could not write or read what it had to.
const std::set<int> kExitsOfFaults = {0, 1, 69, 70, 75};

std::string make_root() {
  auto path = (fs::temp_directory_path() / "cb-crash-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("create " + path);
  return path;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string last_line(const std::string& text) {
  const auto lines = lines_of(text);
  return lines.empty() ? "no message" : lines.back();
}

// Each message is one line that begins with the tool's name.
std::vector<std::string> bad_messages(const std::string& text) {
  std::vector<std::string> bad;
  for (const auto& line : lines_of(text)) {
    const bool is_message = line.starts_with("cb-") && line.find(": ") != std::string::npos;
    if (!is_message || line.find("internal error") != std::string::npos)
      bad.push_back("a bad message: " + line);
  }
  return bad;
}

std::map<std::string, int64_t> read_counts(const std::string& path) {
  std::map<std::string, int64_t> counts;
  std::ifstream file(path);
  std::string kind;
  for (int64_t count = 0; file >> kind >> count;) counts[kind] += count;
  return counts;
}

}  // namespace

std::string to_string(const Crash& crash) {
  return crash.tool + " killed " + (crash.is_after ? "after " : "before ") + crash.kind + " " +
         std::to_string(crash.at) + (crash.from.empty() ? "" : " from " + crash.from + " on");
}

std::string to_string(const Call& call) {
  auto text = call.program;
  for (const auto& argument : call.arguments) text += " " + argument;
  return text;
}

std::string to_string(const Fault& fault) {
  return fault.tool + ": " + fault.error + " at " + (fault.kind == "any" ? "call" : fault.kind) +
         " " + std::to_string(fault.at) + (fault.does_last ? " and ever after" : "");
}

World::World() : root_(make_root()), directory_(root_ + "/world"), saved_(root_ + "/saved") {
  fs::create_directory(directory_);
}

World::~World() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
  if (!elsewhere_.empty()) fs::remove_all(elsewhere_, ignored);
}

Place World::place() const {
  return {.state = directory_ + "/state",
          .board = directory_ + "/board.json",
          .ledger = directory_ + "/ledger",
          .ends = directory_ + "/ends",
          .answers = directory_ + "/answers",
          .drops = directory_ + "/drops",
          .printed = directory_ + "/printed",
          .roots = {directory_ + "/inbox", elsewhere_},
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

void World::drop(const std::string& name, const std::string& id, Fate fate) const {
  constexpr size_t kLines = 2000;
  constexpr std::array kFates = {"done", "failed", "replaced", "kept", "printed"};
  const auto path = directory_ + "/" + name;
  fs::create_directories(fs::path(path).parent_path());
  write("dropped", make_content(id, kLines, fate == Fate::failed));
  fs::rename(directory_ + "/dropped", path);
  std::ofstream(place().drops, std::ios::app)
      << id << '\t' << kFates.at(static_cast<size_t>(fate)) << '\t' << path << '\n';
}

const std::string& World::elsewhere() {
  if (!elsewhere_.empty()) return elsewhere_;
  elsewhere_ = fs::is_directory("/dev/shm") ? "/dev/shm/cb-crash-XXXXXX" : root_ + "/XXXXXX";
  if (mkdtemp(elsewhere_.data()) == nullptr) throw std::runtime_error("create " + elsewhere_);
  return elsewhere_;
}

pid_t World::launch(const Call& call, const std::map<std::string, std::string>& extra,
                    const std::string& output, const std::string& error) const {
  auto environment = os::environment_list();
  std::erase_if(environment, [](const auto& entry) {
    return entry.starts_with("CB_") || entry.starts_with("ASAN_");
  });
  environment.push_back("CB_STATE=" + place().state);
  environment.push_back("CB_CONFIG=" + directory_ + "/config.json");
  environment.push_back("CB_TEST_LEDGER=" + place().ledger);
  if (boots_ > 0) environment.push_back("CB_CRASH_BOOT=" + directory_ + "/boot");
  if ((!extra.empty() || boots_ > 0) && !extra.contains("LD_PRELOAD")) {
    environment.push_back("LD_PRELOAD=" CB_CRASHPOINT);
    environment.push_back("ASAN_OPTIONS=verify_asan_link_order=0:" +
                          os::environment("ASAN_OPTIONS").value_or(""));
  }
  for (const auto& [name, value] : extra) environment.push_back(name + "=" + value);
  auto argv = call.wrapper;
  argv.push_back(CB_PROGRAMS "/" + call.program);
  argv.insert(argv.end(), call.arguments.begin(), call.arguments.end());
  const auto log = os::open_to_append(log_path());
  const auto answers = output.empty() ? os::Fd() : os::open_to_append(output);
  const auto errors = error.empty() ? os::Fd() : os::open_to_append(error);
  const auto started = os::start({.argv = argv,
                                  .environment = environment,
                                  .directory = directory_,
                                  .output = answers ? answers.get() : log.get(),
                                  .error = errors ? errors.get() : log.get(),
                                  .death_signal = 9});
  if (started.error != 0) throw std::runtime_error(started.what);
  return started.pid;
}

// The tool that recovers a run removes what was kept of it.
void World::remember_ends() const {
  std::error_code none;
  const auto seen = os::open_to_append(place().ends);
  for (const auto& file : fs::directory_iterator(place().state + "/ends", none))
    os::write_all(seen.get(), os::read_file(file.path().string()).value_or("") + "\n", "ends");
}

World::Ending World::start(const Call& call, const std::map<std::string, std::string>& extra,
                           const std::string& output) const {
  const auto error_path = directory_ + "/tools.err";
  fs::remove(error_path);
  const os::Child child(launch(call, extra, output, error_path));
  const bool is_hung = !child.wait(kPatience);
  if (is_hung) {
    child.kill();
    child.wait(kPatience);
  }
  const auto ended = child.reap().value();
  remember_ends();
  const auto error = os::read_file(error_path).value_or("");
  os::write_all(os::open_to_append(log_path()).get(), error, "tools.log");
  return {.is_hung = is_hung, .exit = ended.exit, .signal = ended.signal, .error = error};
}

std::vector<std::string> World::complain(const Call& call, const Ending& ending,
                                         const std::set<int>& good_exits) {
  if (ending.is_hung) return {call.program + ": did not end"};
  if (ending.signal != 0) return {call.program + ": signal " + std::to_string(ending.signal)};
  if (good_exits.contains(ending.exit)) return {};
  return {call.program + ": exit " + std::to_string(ending.exit) + ": " + last_line(ending.error)};
}

std::vector<std::string> World::run(const Call& call) { return run_with(call, {}); }

std::vector<std::string> World::run_with(const Call& call,
                                         const std::map<std::string, std::string>& variables) {
  return complain(call, start(call, variables), kGoodExits);
}

std::vector<std::string> World::run_later(const Call& call) {
  const auto seconds = std::to_string(++hours_ * 3600);
  std::map<std::string, std::string> variables = {{"CB_CRASH_TOOL", call.program},
                                                  {"CB_CRASH_LATER", seconds}};
  if (!has_links_)
    variables.insert({{"CB_CRASH_ERROR", "EPERM"},
                      {"CB_CRASH_KIND", "link"},
                      {"CB_CRASH_AT", "1"},
                      {"CB_CRASH_LASTS", "1"}});
  return run_with(call, variables);
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
  const auto complaints = run_with(call, {{"CB_CRASH_TOOL", tool}, {"CB_CRASH_COUNT", path}});
  if (!complaints.empty()) throw std::runtime_error(complaints.front());
  return read_counts(path);
}

void World::reboot() {
  write("boot", "00000000-0000-4000-8000-" + std::to_string(++boots_) + "\n");
}

std::vector<std::string> World::run_recorded(const Call& call, const std::string& journal,
                                             std::map<std::string, std::string> variables) {
  variables.insert(
      {{"LD_PRELOAD", CB_RECORDER}, {"CB_RECORD_UNDER", directory_}, {"CB_RECORD_TO", journal}});
  return run_with(call, variables);
}

std::vector<std::string> World::run_hindered(const Call& call,
                                             std::map<std::string, std::string> variables) {
  return run_badly(call, std::move(variables)).problems;
}

World::Faulted World::run_badly(const Call& call, std::map<std::string, std::string> variables) {
  variables.emplace("CB_CRASH_TOOL", call.program);
  variables.emplace("CB_CRASH_HASTE", std::to_string(kHaste));
  const auto ending = start(call, variables);
  auto problems = complain(call, ending, kExitsOfFaults);
  for (auto& bad : bad_messages(ending.error)) problems.push_back(std::move(bad));
  return {.exit = ending.exit, .problems = std::move(problems)};
}

World::Faulted World::run_faulted(const Call& call, const Fault& fault) {
  const auto mark = directory_ + "/faulted";
  fs::remove(mark);
  auto faulted = run_badly(call, {{"CB_CRASH_TOOL", fault.tool},
                                  {"CB_CRASH_KIND", fault.kind},
                                  {"CB_CRASH_ERROR", fault.error},
                                  {"CB_CRASH_AT", std::to_string(fault.at)},
                                  {"CB_CRASH_LASTS", fault.does_last ? "1" : "0"},
                                  {"CB_CRASH_MARK", mark}});
  faulted.is_hit = fs::exists(mark);
  return faulted;
}

int64_t World::count_faults(const Call& call, const Fault& fault) {
  const auto path = directory_ + "/calls";
  const auto complaints = run_with(
      call,
      {{"CB_CRASH_TOOL", fault.tool}, {"CB_CRASH_ERROR", fault.error}, {"CB_CRASH_COUNT", path}});
  if (!complaints.empty()) throw std::runtime_error(complaints.front());
  return read_counts(path)[fault.kind];
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
  if (!elsewhere_.empty())
    for (const auto& entry : fs::directory_iterator(elsewhere_)) fs::remove_all(entry.path());
  hours_ = boots_ = 0;
}

std::string World::keep(const std::string& name) const {
  auto kept = (fs::temp_directory_path() / ("cb-crash-kept-" + name)).string();
  fs::remove_all(kept);
  fs::copy(directory_, kept, fs::copy_options::recursive);
  if (!elsewhere_.empty()) fs::copy(elsewhere_, kept + "/elsewhere", fs::copy_options::recursive);
  return kept;
}

}  // namespace cb::crash
