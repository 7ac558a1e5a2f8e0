// The floor under cb-exec: what running commands costs when nothing is decided and little is kept.
//   bench_commands FILE COUNT WORKERS none|two|one    `true`, COUNT times, each with a log of its
//   own in FILE.logs
// none: no store. two: a durable commit before each command and one after it. one: the end of a
// command and the start of the next in one commit.
#include <fcntl.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace {

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

class Store {
 public:
  explicit Store(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) die("open");
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("CREATE TABLE runs (n INTEGER PRIMARY KEY, started INTEGER, exit INTEGER)");
    start_ = prepare("INSERT INTO runs (n, started) VALUES (?1, unixepoch())");
    end_ = prepare("UPDATE runs SET exit = ?2 WHERE n = ?1");
  }
  ~Store() {
    sqlite3_finalize(start_);
    sqlite3_finalize(end_);
    sqlite3_close(db_);
  }
  void begin() { run("BEGIN IMMEDIATE"); }
  void commit() { run("COMMIT"); }
  void start(int n) { step(start_, n, 0); }
  void end(int n, int exit) { step(end_, n, exit); }

 private:
  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) die(sql);
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) die(sql);
    return statement;
  }
  void step(sqlite3_stmt* statement, int n, int exit) {
    sqlite3_bind_int(statement, 1, n);
    if (sqlite3_bind_parameter_count(statement) > 1) sqlite3_bind_int(statement, 2, exit);
    if (sqlite3_step(statement) != SQLITE_DONE) die("step");
    sqlite3_reset(statement);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt *start_ = nullptr, *end_ = nullptr;
};

pid_t spawn(const std::string& log) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  char name[] = "true";
  char* argv[] = {name, nullptr};
  pid_t pid = 0;
  if (posix_spawnp(&pid, "true", &actions, nullptr, argv, environ) != 0) die("posix_spawnp");
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  const std::string path = argv[1], mode = argv[4];
  const int count = std::atoi(argv[2]), workers = std::atoi(argv[3]);
  mkdir((path + ".logs").c_str(), 0700);
  Store store(path);
  std::map<pid_t, int> running;
  int next = 0;
  const auto launch = [&](int n) { running[spawn(path + ".logs/" + std::to_string(n))] = n; };
  const auto start = [&] {
    if (mode != "none") store.start(next);
  };
  while (next < count || !running.empty()) {
    while (next < count && static_cast<int>(running.size()) < workers) {
      if (mode != "none") store.begin();
      start();
      if (mode != "none") store.commit();
      launch(next++);
    }
    int status = 0;
    const pid_t pid = wait(&status);
    const int ended = running[pid];
    running.erase(pid);
    if (mode == "none") continue;
    store.begin();
    store.end(ended, WEXITSTATUS(status));
    const bool starts = mode == "one" && next < count;
    if (starts) start();
    store.commit();
    if (starts) launch(next++);
  }
}
