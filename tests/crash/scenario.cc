#include "scenario.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "store.h"

namespace cb::crash {
namespace {

const std::string kConfig = R"({
  "sources": {"board": {
    "upstream": "file", "options": {"path": "board.json"},
    "statuses": {"ready": ["to do"], "running": "in progress", "succeeded": "done", "failed": "needs attention"}}},
  "handlers": {
    "artifact": {"match": {"kind": "artifact"}, "run": [")" CB_WORK
                            R"(", "artifact"], "artifacts": ["*.txt"],
                 "backoff": {"first": "1ms", "factor": 1, "max": "1ms"}},
    "fail": {"match": {"kind": "fail"}, "run": [")" CB_WORK R"(", "fail"], "attempts": 2,
             "backoff": {"first": "1ms", "factor": 1, "max": "1ms"}},
    "keyed": {"match": {"kind": "keyed"}, "run": [")" CB_WORK R"(", "ok"], "key": "{fields.Client}",
              "backoff": {"first": "1ms", "factor": 1, "max": "1ms"}},
    "stubborn": {"match": {"kind": "stubborn"}, "run": [")" CB_WORK
                            R"(", "stubborn"], "grace": "100ms",
                 "backoff": {"first": "1ms", "factor": 1, "max": "1ms"}},
    "plain": {"match": {}, "run": [")" CB_WORK R"(", "ok"],
              "backoff": {"first": "1ms", "factor": 1, "max": "1ms"}}
  },
  "exec": {"jobs": 2},
  "backup": {"headroom": "0KB"}
})";

constexpr const char* kBoard = R"({"tasks": [
  {"id": "first", "title": "First of a chain", "status": "to do"},
  {"id": "second", "title": "Second of a chain", "status": "to do", "after": ["first"]},
  {"id": "report", "title": "A report", "kind": "artifact", "status": "to do"},
  {"id": "bad", "title": "Fails twice", "kind": "fail", "status": "to do"},
  {"id": "one", "title": "One of a key", "kind": "keyed", "status": "to do", "fields": {"Client": "Acme"}},
  {"id": "two", "title": "Two of a key", "kind": "keyed", "status": "to do", "fields": {"Client": "Acme"}}
]})";

constexpr const char* kStubbornBoard = R"({"tasks": [
  {"id": "stubborn", "title": "Ignores SIGTERM", "kind": "stubborn", "priority": 1, "status": "to do"},
  {"id": "a", "title": "Runs beside it", "status": "to do"},
  {"id": "b", "title": "Runs beside it", "kind": "artifact", "status": "to do"}
]})";

constexpr const char* kSingleBoard =
    R"({"tasks": [{"id": "report", "title": "A report", "kind": "artifact", "status": "to do"}]})";

constexpr const char* kInput = R"({"id": "i1", "title": "One"}
{"id": "i2", "title": "Two", "after": ["i1"]}
{"id": "i3", "title": "Three", "kind": "fail"}
{"id": "i4", "title": "Four", "kind": "artifact"}
)";

const Call kPoll = {"cb-poll"}, kExec = {"cb-exec"};

void lay_out(World& world, const char* board) {
  world.write("config.json", kConfig);
  world.write("board.json", board);
}

void poll(World& world) {
  lay_out_board(world);
  world.run(kPoll);
}

// A cb-exec died in the middle of its work.
void poll_and_crash(World& world) {
  poll(world);
  const bool is_killed = world.run_killed(kExec, {.tool = "cb-exec", .kind = "fdatasync", .at = 9});
  if (!is_killed) throw std::runtime_error("prepare: cb-exec was not killed");
}

bool owes_comment(const World& world) {
  return Store(world.place().state)
             .text("SELECT 1 FROM outbox WHERE kind = 'comment' AND state = 'owed'") == "1";
}

// A cb-exec died when it owed the comment about a failure, and a person wants that task to be run
// again.
void fail_and_retry(World& world) {
  poll(world);
  world.save();
  for (int64_t at = 1; !owes_comment(world) && at < 100; ++at) {
    world.restore();
    world.run_killed(kExec, {.tool = "cb-exec", .kind = "fdatasync", .at = at});
  }
  if (!owes_comment(world)) throw std::runtime_error("prepare: no comment is owed");
  world.run({"cb-task", {"retry", "board:bad"}});
}

void crash_and_add(World& world) {
  poll_and_crash(world);
  world.add_to_board(
      R"({"id": "late", "title": "Came later", "status": "to do", "after": ["second"]})");
}

void poll_stubborn(World& world) {
  lay_out(world, kStubbornBoard);
  world.run(kPoll);
}

void poll_single(World& world) {
  lay_out(world, kSingleBoard);
  world.run(kPoll);
}

// Something of every state: `first` held, `second` blocked, `bad` failed, the others succeeded,
// `idle` ready.
void run_some(World& world) {
  poll(world);
  world.run({"cb-task", {"hold", "board:first"}});
  world.run(kExec);
  world.run(kExec);  // the second attempt of `bad`
  world.run({"cb-task", {"add", "Idle", "--id", "idle"}});
}

bool is_run_left(const World& world) {
  return Store(world.place().state)
             .text(
                 "SELECT 1 FROM runs WHERE ended_at IS NULL AND "
                 "EXISTS (SELECT 1 FROM outbox WHERE state = 'owed')") == "1";
}

// As the tracker would be after its copy from yesterday was put back.
void lose_status(World& world, const std::string& id) {
  std::ifstream file(world.place().board);
  auto board = nlohmann::ordered_json::parse(file);
  for (auto& task : board["tasks"])
    if (task["id"] == id) task["status"] = "in progress";
  world.write("board.json", board.dump(2));
}

// All that cb-reconcile has to do: a run whose cb-exec died, writes that are owed, a status that
// was lost, old runs and tasks, and files of nobody.
void disagree(World& world) {
  poll(world);
  world.run(kExec);
  world.run(kExec);  // the second attempt of `bad`
  world.add_to_board(
      R"({"id": "late", "title": "Came later", "kind": "artifact", "status": "to do"})");
  world.add_to_board(R"({"id": "later", "title": "Came later still", "status": "to do"})");
  world.run(kPoll);
  world.save();
  for (int64_t at = 1; !is_run_left(world) && at < 100; ++at) {
    world.restore();
    world.run_killed(kExec, {.tool = "cb-exec", .kind = "fdatasync", .at = at});
  }
  if (!is_run_left(world)) throw std::runtime_error("prepare: no run is left");
  world.run({"cb-task", {"forget", "board:one"}});
  lose_status(world, "bad");
  auto config = kConfig;
  config.replace(config.rfind('}'), 1, R"(, "keep": {"succeeded": "0s", "runs": 1}})");
  world.write("config.json", config);
}

void write_input(World& world) {
  lay_out_board(world);
  world.write("tasks.jsonl", kInput);
}

const std::vector<Scenario>& board_scenarios() {
  static const std::vector<Scenario> all = {
      {"poll", "cb-poll", lay_out_board, {kPoll}, true},
      {"poll-again", "cb-poll", crash_and_add, {kPoll}, true},
      {"exec", "cb-exec", poll, {kExec}},
      {"exec-one", "cb-exec", poll_single, {kExec}, false, true},
      {"exec-recovering", "cb-exec", poll_and_crash, {kExec}},
      {"exec-retry", "cb-exec", fail_and_retry, {kExec}},
      {"exec-stubborn", "cb-exec", poll_stubborn, {kExec}},
      {"exec-command",
       "cb-exec",
       lay_out_board,
       {{"cb-exec", {"nightly", "--", CB_WORK, "ok"}}},
       true},
      {"helper", "cb-upstream-file", poll, {kExec}},
      {"reconcile", "cb-reconcile", disagree, {{"cb-reconcile"}}, true},
      {"reconcile-helper", "cb-upstream-file", disagree, {{"cb-reconcile"}}, true},
      {"input", "cb-poll", write_input, {{"cb-poll", {"--input", "tasks.jsonl"}}}, true},
      {"task",
       "cb-task",
       run_some,
       {{"cb-task", {"add", "Another", "--id", "another", "--after", "board:first"}},
        {"cb-task", {"hold", "local:idle"}},
        {"cb-task", {"release", "board:first"}},
        {"cb-task", {"cancel", "local:idle", "board:second"}},
        {"cb-task", {"retry", "board:bad"}},
        {"cb-task", {"forget", "board:bad"}}},
       true},
  };
  return all;
}

}  // namespace

void lay_out_board(World& world) { lay_out(world, kBoard); }

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = [] {
    auto joined = board_scenarios();
    joined.insert(joined.end(), watch_scenarios().begin(), watch_scenarios().end());
    return joined;
  }();
  return all;
}

}  // namespace cb::crash
