// cb-crash-points: kills a tool at the moments that decide whether anything is done twice or
// forgotten, each by name. That it was killed there, and nowhere else, shows in what it left.
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "os/process.h"
#include "scenario.h"
#include "settle.h"
#include "store.h"

namespace cb::crash {
namespace {

constexpr const char* kEnds = "ends";

struct Point {
  const char* name;
  Call call;
  Crash crash;
  // What is found then: state of the task, commands that began and ended, ends that were kept,
  // lines that were printed.
  const char* found;
  const char* runs;  // and in the end
};

const Call kExec = {"cb-exec", {"--json"}};

// The first such call from the moment on at which the end of a command is written down.
Crash exec(const char* kind, bool is_after) {
  return {.tool = "cb-exec", .kind = kind, .at = 1, .is_after = is_after, .from = kEnds};
}

const std::vector<Point>& points() {
  static const std::vector<Point> all = {
      {"the claim is committed, and the command not started",
       kExec,
       {.tool = "cb-exec", .kind = "mkdir", .at = 1},
       "running, began 0, ended 0, kept 0, told 0",
       "interrupted succeeded"},
      {"the command has ended, and nobody wrote it down", kExec, exec("create", false),
       "running, began 1, ended 1, kept 0, told 0", "crashed succeeded"},
      {"its end is written down", kExec, exec("write", true),
       "running, began 1, ended 1, kept 1, told 0", "succeeded"},
      {"its end is in the log of the database, and not synced", kExec, exec("fdatasync", false),
       "succeeded, began 1, ended 1, kept 1, told 0", "succeeded"},
      {"its end is synced, and COMMIT has not returned", kExec, exec("fdatasync", true),
       "succeeded, began 1, ended 1, kept 1, told 0", "succeeded"},
      {"COMMIT has returned, and nobody was told", kExec, exec("flush", false),
       "succeeded, began 1, ended 1, kept 1, told 0", "succeeded"},
      {"everybody was told", kExec, exec("flush", true),
       "succeeded, began 1, ended 1, kept 1, told 1", "succeeded"},
      {"a person's change is committed, and not answered",
       {"cb-task", {"--json", "hold", "input:one"}},
       {.tool = "cb-task", .kind = "flush", .at = 1},
       "held, began 0, ended 0, kept 0, told 0",
       ""},
      {"a person's change is committed and answered",
       {"cb-task", {"--json", "hold", "input:one"}},
       {.tool = "cb-task", .kind = "flush", .at = 1, .is_after = true},
       "held, began 0, ended 0, kept 0, told 1",
       ""},
      {"a person's change is not committed",
       {"cb-task", {"--json", "hold", "input:one"}},
       {.tool = "cb-task", .kind = "pwrite", .at = 1},
       "ready, began 0, ended 0, kept 0, told 0",
       "succeeded"},
  };
  return all;
}

int64_t count_lines(const std::string& path, const std::string& beginning) {
  int64_t count = 0;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) count += line.starts_with(beginning);
  return count;
}

int64_t count_kept(const std::string& state) {
  int64_t count = 0;
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator(state + "/" + kEnds, none))
    count += count_lines(file.path().string(), "{\"run\"");
  return count;
}

std::string describe(const World& world, const std::string& output) {
  const auto place = world.place();
  const auto number = [](int64_t count) { return std::to_string(count); };
  return Store(place.state).text("SELECT state FROM tasks") + ", began " +
         number(count_lines(place.ledger, "begin")) + ", ended " +
         number(count_lines(place.ledger, "end")) + ", kept " + number(count_kept(place.state)) +
         ", told " + number(count_lines(output, "{"));
}

void prepare(World& world) {
  lay_out_board(world);
  world.write("board.json", R"({"tasks": []})");
  world.write("tasks.jsonl", R"({"id": "one", "title": "One"})");
  world.run({"cb-poll", {"--input", "tasks.jsonl"}});
  world.save();
}

std::vector<std::string> try_point(World& world, const Point& point) {
  world.restore();
  const auto output = world.directory() + "/output";
  if (!world.run_killed(point.call, point.crash, output)) return {"it was not killed"};
  std::vector<std::string> problems;
  if (const auto found = describe(world, output); found != point.found)
    problems.push_back("found: " + found + "; not: " + point.found);
  append(problems, settle(world, {}).problems);
  const auto runs = Store(world.place().state)
                        .text(
                            "SELECT coalesce(group_concat(outcome, ' '), '') FROM (SELECT "
                            "outcome FROM runs ORDER BY id)");
  if (runs != point.runs) problems.push_back("runs: " + runs + "; not: " + point.runs);
  return problems;
}

int run() {
  World world;
  prepare(world);
  int failures = 0;
  for (const auto& point : points()) {
    const auto problems = try_point(world, point);
    std::cout << (problems.empty() ? "ok: " : "FAILED: ") << point.name << " ("
              << to_string(point.crash) << ")\n";
    for (const auto& problem : problems) std::cout << "  " << problem << '\n';
    failures += problems.empty() ? 0 : 1;
  }
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cb::crash

int main() {
  cb::os::become_subreaper();
  try {
    return cb::crash::run();
  } catch (const std::exception& error) {
    std::cerr << "cb-crash-points: " << error.what() << '\n';
    return 1;
  }
}
