#include "person.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "os/file.h"
#include "os/lock.h"

namespace cb::crash {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kKinds[] = {"ok", "ok", "ok", "slow", "flaky", "hang", "artifact", "fail"};
constexpr const char* kActions[] = {"hold", "release", "release", "cancel", "retry", "retry"};

// Attempts enough that kills alone let no task fail.
std::string config() {
  Json handlers;
  for (const char* kind : {"ok", "slow", "flaky", "hang", "artifact", "fail"}) {
    const auto is_failing = std::string(kind) == "fail";
    Json handler = {{"match", {{"kind", kind}}},
                    {"run", {CB_WORK, kind, "{fields.Client}"}},
                    {"key", "{fields.Client}"},
                    {"attempts", is_failing ? 2 : 50},
                    {"timeout", "300ms"},
                    {"grace", "50ms"},
                    {"backoff", {{"first", "1ms"}, {"factor", 1}, {"max", "1ms"}}}};
    if (std::string(kind) == "artifact") handler["artifacts"] = {"*.txt"};
    handlers[std::string("keyed-") + kind] = handler;
    handlers[std::string("keyed-") + kind]["match"]["fields.Keyed"] = true;
    handler.erase("key");
    handler["run"] = {CB_WORK, kind};
    handlers[kind] = handler;
  }
  const Json statuses = {{"ready", {"to do"}},
                         {"running", "in progress"},
                         {"succeeded", "done"},
                         {"failed", "needs attention"}};
  const Json source = {
      {"upstream", "file"}, {"options", {{"path", "board.json"}}}, {"statuses", statuses}};
  return Json{{"sources", {{"board", source}}}, {"handlers", handlers}, {"exec", {{"jobs", 3}}}}
      .dump(1);
}

// Every third has a key, every third waits for an earlier one.
Json make_task(const std::string& id, const std::vector<std::string>& others, Random& random) {
  Json task = {{"id", id},
               {"title", "Task " + id},
               {"kind", kKinds[pick(random, std::ssize(kKinds))]},
               {"status", "to do"},
               {"priority", 1 + pick(random, 4)}};
  if (pick(random, 3) == 0)
    task["fields"] = {{"Keyed", true}, {"Client", "c" + std::to_string(pick(random, 6))}};
  if (!others.empty() && pick(random, 3) == 0)
    task["after"] = {others[static_cast<size_t>(pick(random, std::ssize(others)))]};
  return task;
}

}  // namespace

Person::Person(World& world, Random& random, int tasks) : world_(world), random_(random) {
  world_.write("config.json", config());
  Json board = {{"tasks", Json::array()}};
  for (int i = 0; i < tasks; ++i) {
    const auto id = "t" + std::to_string(i);
    board["tasks"].push_back(make_task(id, tasks_, random_));
    tasks_.push_back(id);
  }
  world_.write("board.json", board.dump(1));
}

std::string Person::any_task() {
  return tasks_[static_cast<size_t>(pick(random_, std::ssize(tasks_)))];
}

void Person::act(Crew& crew) {
  if (pick(random_, 2) == 0)
    edit(crew);
  else
    command(crew);
}

// Under the lock of the board: an editor that does not know it may overwrite what cb has just
// written there, and then the board is not the place to look for it.
void Person::edit(Crew& crew) {
  const auto path = world_.place().board;
  os::FileLock lock(world_.directory() + "/.board.json.lock");
  // A helper that waits for the lock is killed meanwhile, or another one has it for long.
  if (!lock.lock(std::chrono::seconds(2))) return crew.tick();
  auto board = Json::parse(os::read_file(path).value());
  auto& tasks = board["tasks"];
  const auto what = pick(random_, 10);
  const auto at = static_cast<size_t>(pick(random_, std::ssize(tasks)));
  if (what == 0 && tasks.size() > tasks_.size() / 2) {
    tasks.erase(at);
    ++removed_;
  } else if (what == 1) {
    const auto id = "p" + std::to_string(++added_);
    tasks.push_back(make_task(id, tasks_, random_));
    tasks_.push_back(id);
  } else {
    tasks[at]["status"] = "to do";
  }
  os::replace_file(path, board.dump(1), os::Sync::none);
  ++edits_;
}

void Person::command(Crew& crew) {
  const auto task = "board:" + any_task();
  switch (pick(random_, 4)) {
    case 0:
      return crew.start({"cb-exec", {"--json", task}});
    case 1: {
      const auto id = "l" + std::to_string(++added_);
      return crew.start(
          {"cb-task",
           {"--json", "add", "Local " + id, "--id", id, "--kind", "ok", "--after", task}});
    }
    default:
      const char* action = kActions[pick(random_, std::ssize(kActions))];
      return crew.start({"cb-task", {"--json", action, task}});
  }
}

}  // namespace cb::crash
