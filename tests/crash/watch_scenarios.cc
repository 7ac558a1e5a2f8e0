// cb-watch, killed while it takes files in, ties them to tasks, moves them, or prints them.
#include "scenario.h"

namespace cb::crash {
namespace {

const Call kWatch = {"cb-watch", {"inbox"}};

const std::string kOwn = R"("kind": "file")",
                  kMoved = kOwn + R"(, "on_success": "processed/", "on_failure": "failed/")",
                  kTied = R"("for": {"source": "board", "kind": "file"})";

void lay_out_watch(World& world, const std::string& watch,
                   const std::string& handler = R"("on_crash": "retry")",
                   const std::string& tasks = "") {
  world.write("config.json", watch_config(watch, handler));
  world.write("board.json", R"({"tasks": [)" + tasks + "]}");
}

void drop_three(World& world) {
  world.drop("inbox/one.csv", "one");
  world.drop("inbox/sub/two.csv", "two");
  world.drop("inbox/bad.csv", "bad", Fate::failed);
}

void drop_own(World& world) {
  lay_out_watch(world, kOwn);
  drop_three(world);
}

constexpr const char* kTasks =
    R"({"id": "acme", "title": "Quarterly report for Acme, Q3 2025", "kind": "file", "status": "to do"},
       {"id": "globex", "title": "Link building for Globex, October 2025", "kind": "file", "status": "to do"},
       {"id": "late", "title": "Press release: Initech opens in Bergen", "kind": "file", "status": "to do"})";

void drop_for_tasks(World& world, Fate fate_of_unmatched) {
  lay_out_watch(world, kTied + R"(, "on_success": "processed/")", R"("needs_file": "inbox")",
                kTasks);
  world.run({"cb-poll"});
  world.drop("inbox/Acme quarterly report Q3 2025.csv", "acme");
  world.drop("inbox/globex_link-building_october_2025.csv", "globex");
  world.drop("inbox/Umbrella balance sheet.csv", "nobodys", fate_of_unmatched);
}

void drop_tied(World& world) { drop_for_tasks(world, Fate::kept); }

void watch_unmatched(World& world) {
  drop_for_tasks(world, Fate::done);
  world.run(kWatch);
}

// Files whose tasks have ended, one of them in failure, and a name that is taken where they go.
void run_all(World& world, const std::string& success, const std::string& failure) {
  lay_out_watch(world,
                kOwn + R"(, "on_success": ")" + success + R"(", "on_failure": ")" + failure + "\"");
  drop_three(world);
  world.run(kWatch);
  world.run({"cb-exec"});
}

void run_here(World& world) {
  run_all(world, "processed/", "failed/");
  world.drop("inbox/processed/one.csv", "earlier", Fate::kept);
}

void run_elsewhere(World& world) {
  run_all(world, world.elsewhere() + "/processed", world.elsewhere() + "/failed");
}

void drop_printed(World& world) {
  lay_out_watch(world, kOwn);
  world.drop("inbox/one.csv", "one", Fate::printed);
  world.drop("inbox/two.csv", "two", Fate::printed);
  world.drop("inbox/three.txt", "three", Fate::kept);
}

// One version of a file was known, and its task has not begun; then another came in its place.
void replace(World& world) {
  lay_out_watch(world, kMoved);
  world.drop("inbox/one.csv", "first", Fate::replaced);
  world.drop("inbox/two.csv", "two");
  world.run(kWatch);
  world.drop("inbox/one.csv", "second");
}

const Call kFilter = {"cb-watch",
                      {"--dir", "inbox", "--match", "*.csv", "--settle", "20ms"},
                      {"sh", "-c", R"(exec "$0" "$@" >>printed)"}};

}  // namespace

std::string watch_config(const std::string& watch, const std::string& handler) {
  return R"({
  "sources": {"board": {
    "upstream": "file", "options": {"path": "board.json"},
    "statuses": {"ready": ["to do"], "running": "in progress", "succeeded": "done", "failed": "needs attention"}}},
  "handlers": {"file": {"match": {"kind": "file"}, "run": [")" CB_FILE_COMMAND
         R"(", "{file}"], "attempts": 3, "backoff": {"first": "1ms", "factor": 1, "max": "1ms"}, )" +
         handler + R"(}},
  "watches": {"inbox": {"dir": "inbox", "recursive": true, "settle": "20ms", )" +
         watch + R"(}},
  "exec": {"jobs": 2}
})";
}

const std::vector<Scenario>& watch_scenarios() {
  static const std::vector<Scenario> all = {
      {"watch", "cb-watch", drop_own, {kWatch}, true, false, {kWatch}},
      {"watch-tied", "cb-watch", drop_tied, {kWatch}, true, false, {kWatch}},
      {"watch-replaced", "cb-watch", replace, {kWatch}, true, false, {kWatch}},
      {"watch-after", "cb-watch", run_here, {kWatch}, true, false, {kWatch}},
      {"watch-elsewhere", "cb-watch", run_elsewhere, {kWatch}, true, false, {kWatch}},
      {"watch-filter", "cb-watch", drop_printed, {kFilter}, true},
      {"watch-tie",
       "cb-watch",
       watch_unmatched,
       {{"cb-watch", {"tie", "Umbrella balance sheet.csv", "board:late"}}},
       true,
       false,
       {kWatch}},
  };
  return all;
}

}  // namespace cb::crash
