#include "crew.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>

#include "os/clock.h"
#include "os/process.h"

namespace cb::crash {
namespace {

const std::set<int> kGoodExits = {0, 1, 69, 75};

std::string name_of(pid_t pid) { return os::process_name(pid).value_or(""); }

void add_descendants(pid_t pid, std::vector<pid_t>& found) {
  found.push_back(pid);
  const auto path = "/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children";
  std::ifstream list(path);
  for (pid_t child = 0; list >> child;) add_descendants(child, found);
}

std::vector<pid_t> descendants() {
  std::vector<pid_t> found;
  for (const auto pid : os::children()) add_descendants(pid, found);
  return found;
}

bool is_cb(const std::string& name) { return name.starts_with("cb-"); }

}  // namespace

int64_t pick(Random& random, int64_t limit) {
  return static_cast<int64_t>(random() % static_cast<uint64_t>(limit));
}

Crew::Crew(World& world, Random& random, std::function<int64_t()> clock)
    : world_(world), random_(random), clock_(std::move(clock)) {
  std::filesystem::create_directory(world_.place().answers);
}

void Crew::launch(Member& member) {
  const auto answers =
      world_.place().answers + "/" + member.call.program + "." + std::to_string(++started_);
  const std::map<std::string, std::string> extra = {{"CB_CRASH_TOOL", member.call.program},
                                                    {"CB_CRASH_LATER", std::to_string(clock_())}};
  member.is_killed = false;
  member.pid = world_.launch(member.call, extra, answers);
}

void Crew::keep(const Call& call) {
  members_.push_back({.call = call, .is_kept = true});
  launch(members_.back());
}

void Crew::start(const Call& call) {
  members_.push_back({.call = call});
  launch(members_.back());
}

Crew::Member* Crew::find(pid_t pid) {
  const auto found =
      std::find_if(members_.begin(), members_.end(), [&](const auto& m) { return m.pid == pid; });
  return found == members_.end() ? nullptr : &*found;
}

void Crew::tick() {
  for (const auto& ended : os::reap()) {
    auto* member = find(ended.pid);
    if (member == nullptr) continue;  // what a killed one left behind
    const auto is_good = ended.signal == 0 ? kGoodExits.contains(ended.exit)
                                           : ended.signal == SIGKILL && member->is_killed;
    if (!is_good)
      problems_.push_back(member->call.program + ": exit " + std::to_string(ended.exit) +
                          ", signal " + std::to_string(ended.signal));
    member->pid = 0;
  }
  std::erase_if(members_, [](const auto& m) { return m.pid == 0 && !m.is_kept; });
  for (auto& member : members_)
    if (member.pid == 0) launch(member);
}

void Crew::kill(pid_t pid) {
  if (auto* member = find(pid)) member->is_killed = true;
  ++kills_[name_of(pid)];
  os::signal_all({pid}, SIGKILL);
}

void Crew::kill_one() {
  auto pids = descendants();
  // Commands that are killed are no fault of cb, and a dead helper makes tools wait: both rarely.
  std::erase_if(pids, [&](pid_t pid) {
    const auto name = name_of(pid);
    // A flock that is killed, before or after its exec, would mean that the lock was taken.
    if (name == "flock" || (name == "work" && getsid(pid) != pid)) return true;
    const auto is_tool = is_cb(name) && !name.starts_with("cb-upstream");
    return !is_tool && pick(random_, 10) != 0;
  });
  if (!pids.empty()) kill(pids[static_cast<size_t>(pick(random_, std::ssize(pids)))]);
}

void Crew::kill_all() {
  members_.clear();
  for (int look = 0; look < 1000; ++look) {
    const auto pids = descendants();
    os::reap();
    if (pids.empty()) return;
    os::signal_all(pids, SIGKILL);
    os::sleep_for(std::chrono::milliseconds(5));
  }
  throw std::runtime_error("end the tools: some live on");
}

}  // namespace cb::crash
