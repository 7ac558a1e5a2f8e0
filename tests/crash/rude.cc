// cb-crash-rude: commands that are hard to end, to watch or to record. Each must be recorded as
// what it was, and nothing of it may be alive afterwards, whether its cb-exec lives on or is
// killed.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "os/child.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/process.h"
#include "settle.h"
#include "store.h"

namespace cb::crash {
namespace {

using nlohmann::json;

constexpr auto kPatience = std::chrono::seconds(60);
constexpr uint64_t kFlood = 100'000'000;

struct Rude {
  std::string mode, handler, ending;  // outcome, exit, signal
};

// "patient" waits for its end, "limited" has half a second.
const std::vector<Rude> kRude = {
    {"is-polite", "patient", "succeeded 0 -"},      {"forks", "patient", "succeeded 0 -"},
    {"forks-many", "patient", "succeeded 0 -"},     {"forks-twice", "patient", "succeeded 0 -"},
    {"leaves-session", "patient", "succeeded 0 -"}, {"is-daemon", "patient", "succeeded 0 -"},
    {"leaves-stopped", "patient", "succeeded 0 -"}, {"closes-all", "patient", "succeeded 0 -"},
    {"floods", "patient", "succeeded 0 -"},         {"ignores-term", "limited", "timed_out - 9"},
    {"ignores-all", "limited", "timed_out - 9"},    {"stops", "limited", "timed_out - 15"},
};
// These end a process; the others are ignored unless caught, or stop it.
constexpr int kDeadly[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGILL,    SIGTRAP, SIGABRT, SIGBUS,
                           SIGFPE,  SIGKILL, SIGUSR1, SIGSEGV,   SIGUSR2, SIGPIPE, SIGALRM,
                           SIGTERM, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGSYS,  64};

std::vector<Rude> all_rude() {
  auto all = kRude;
  all.push_back({"fails-unlocked", "again", "succeeded 0 -"});
  for (const int number : kDeadly)
    all.push_back(
        {"signal-" + std::to_string(number), "patient", "failed - " + std::to_string(number)});
  return all;
}

json handler(const char* name, const char* timeout, const json& more) {
  json made = {{"match", {{"kind", name}}},
               {"run", {CB_RUDE, "{fields.Mode}"}},
               {"timeout", timeout},
               {"grace", "100ms"},
               {"attempts", 1},
               {"backoff", {{"first", "1ms"}, {"max", "1ms"}}}};
  if (!more.is_null()) made.update(more);
  return made;
}

std::string config() {
  json handlers = {{"patient", handler("patient", "60s", {})},
                   {"limited", handler("limited", "500ms", {})},
                   {"again", handler("again", "60s", {{"attempts", 2}})}};
  for (const char* on_crash : {"retry", "hold", "fail"})
    handlers[on_crash] = handler(
        on_crash, "60s",
        {{"run", {CB_RUDE, "{fields.Mode}", "lives"}}, {"attempts", 3}, {"on_crash", on_crash}});
  return json{{"handlers", handlers}}.dump(1);
}

json task(const std::string& id, const std::string& kind, const std::string& mode) {
  return {{"id", id}, {"title", id}, {"kind", kind}, {"fields", {{"Mode", mode}}}};
}

class Trial {
 public:
  explicit Trial(const Lines& tasks) {
    world_.write("config.json", config());
    world_.write("board.json", R"({"tasks": []})");
    std::string input;
    for (const auto& each : tasks) input += each + "\n";
    world_.write("tasks.jsonl", input);
    append(problems_, world_.run({"cb-poll", {"--input", "tasks.jsonl"}}));
  }

  World& world() { return world_; }
  Lines& problems() { return problems_; }
  std::string ask(const std::string& sql) { return Store(world_.place().state).text(sql); }

  void expect(const std::string& what, const std::string& is, const std::string& wanted) {
    if (is != wanted) problems_.push_back(what + ": " + is + ", not " + wanted);
  }

  // By what their environment says, which cb does not look at.
  void expect_none_alive() {
    const auto mine = "CB_TEST_LEDGER=" + world_.place().ledger;
    std::error_code none;
    for (const auto& name : os::list_directory("/proc")) {
      std::ifstream file("/proc/" + name + "/environ", std::ios::binary);
      const std::string environment{std::istreambuf_iterator<char>(file), {}};
      if (environment.find(mine) == std::string::npos) continue;
      const auto task = environment.find("CB_TASK=");
      problems_.push_back("still alive: " + name + " of " +
                          std::string(environment.substr(task).c_str()));
    }
  }

  bool end(const std::string& name, When when) {
    append(problems_, check(world_.place(), when).violations);
    append(problems_, world_.left_processes());
    std::ifstream ledger(world_.place().ledger);
    for (std::string line; std::getline(ledger, line);)
      if (line.starts_with("leak")) problems_.push_back("a descriptor of the database: " + line);
    for (const auto& problem : problems_)
      std::cout << "FAILED: " << name << ": " << problem << '\n';
    if (!problems_.empty()) std::cout << "kept: " << world_.keep("rude") << std::endl;
    return problems_.empty();
  }

 private:
  World world_;
  Lines problems_;
};

std::string ending_of(const std::string& task) {
  return "SELECT outcome || ' ' || coalesce(exit, '-') || ' ' || coalesce(signal, '-') FROM runs "
         "JOIN tasks ON n = task WHERE tasks.id = '" +
         task + "' ORDER BY runs.id DESC";
}

// All at once, under a cb-exec that lives.
bool try_undisturbed() {
  Lines tasks;
  for (const auto& rude : all_rude())
    tasks.push_back(task(rude.mode, rude.handler, rude.mode).dump());
  Trial trial(tasks);
  append(trial.problems(), trial.world().run({"cb-exec", {"--jobs", "8"}}));
  append(trial.problems(), trial.world().run({"cb-exec"}));  // second attempts
  trial.expect_none_alive();
  for (const auto& rude : all_rude())
    trial.expect(rude.mode, trial.ask(ending_of(rude.mode)), rude.ending);
  const auto flood =
      trial.ask("SELECT runs.id FROM runs JOIN tasks ON n = task WHERE tasks.id = 'floods'");
  const auto log = trial.world().place().state + "/runs/" + flood + "/output.log";
  trial.expect("log of floods", std::to_string(os::file_size(log).value_or(0)),
               std::to_string(kFlood));
  std::cout << tasks.size() << " commands under a cb-exec that lives\n";
  return trial.end("undisturbed", When::settled);
}

// What the runs of a task were, and what became of it.
std::string story_of(const std::string& task) {
  return "SELECT (SELECT group_concat(outcome, ' ') FROM (SELECT outcome FROM runs WHERE task = n "
         "ORDER BY id)) || ', ' || state FROM tasks WHERE id = '" +
         task + "'";
}

const std::map<std::string, std::string> kStories = {{"retry", "crashed succeeded, succeeded"},
                                                     {"hold", "crashed, held"},
                                                     {"fail", "crashed, failed"}};

int64_t count_begun(const World& world) {
  int64_t begun = 0;
  std::ifstream ledger(world.place().ledger);
  for (std::string line; std::getline(ledger, line);) begun += line.starts_with("begin");
  return begun;
}

// All alive when their cb-exec is killed.
bool try_killed() {
  Lines tasks;
  for (const auto& rude : kRude)
    for (const auto& [on_crash, story] : kStories)
      if (on_crash == "retry" || rude.mode != "floods")
        tasks.push_back(task(rude.mode + "-" + on_crash, on_crash, rude.mode).dump());
  Trial trial(tasks);
  const auto pid = trial.world().launch({"cb-exec", {"--jobs", "100"}}, {});
  const os::Child child(pid);
  const auto until = os::boot_time() + kPatience;
  while (count_begun(trial.world()) < std::ssize(tasks) && os::boot_time() < until)
    os::sleep_for(std::chrono::milliseconds(20));
  os::sleep_for(std::chrono::milliseconds(200));
  child.kill();
  child.wait(kPatience);
  child.reap();
  trial.expect("begun", std::to_string(count_begun(trial.world())), std::to_string(tasks.size()));
  append(trial.problems(), check(trial.world().place(), When::any_time).violations);

  append(trial.problems(), trial.world().run({"cb-exec"}));

  trial.expect_none_alive();
  for (const auto& rude : kRude)
    for (const auto& [on_crash, story] : kStories)
      if (const auto id = rude.mode + "-" + on_crash; on_crash == "retry" || rude.mode != "floods")
        trial.expect(id, trial.ask(story_of(id)), story);
  std::cout << tasks.size() << " commands alive when their cb-exec was killed\n";
  return trial.end("killed", When::settled);
}

// A command line's own command: its output goes through cb-exec, into a pipe that nobody reads.
bool try_unread() {
  Trial trial({});
  const auto pipe = trial.world().directory() + "/pipe";
  mkfifo(pipe.c_str(), 0600);
  const os::Fd reader(open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  const Call call = {"cb-exec", {"noisy", "--timeout", "500ms", "--", CB_RUDE, "floods"}};
  const os::Child child(trial.world().launch(call, {}, pipe));
  if (!child.wait(kPatience)) {
    child.kill();
    child.wait(kPatience);
  }
  const auto ended = child.reap().value();
  trial.expect("exit", std::to_string(ended.exit), "124");
  trial.expect("noisy", trial.ask(ending_of("noisy")).substr(0, 9), "timed_out");
  trial.expect_none_alive();
  std::cout << "1 command whose output nobody reads\n";
  return trial.end("unread", When::settled);
}

}  // namespace
}  // namespace cb::crash

int main() {
  cb::os::become_subreaper();
  try {
    const bool undisturbed = cb::crash::try_undisturbed();
    const bool killed = cb::crash::try_killed();
    const bool unread = cb::crash::try_unread();
    return undisturbed && killed && unread ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "cb-crash-rude: " << error.what() << '\n';
    return 1;
  }
}
