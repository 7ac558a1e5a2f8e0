// The commands that cb-crash-rude runs: each does one thing that makes a command hard to end, to
// watch or to record.   cb-rude-command MODE [lives]
// Writes "begin TASK RUN" and "end TASK RUN EXIT" to the ledger, as `work` does. "lives": the first
// attempt goes on for a minute, whatever else it does; later ones are at once over.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>

namespace {

constexpr unsigned kLong = 60;
constexpr size_t kFlood = 100'000'000;

std::string variable(const char* name) {
  const char* value = getenv(name);
  return value != nullptr ? value : "";
}

void note(const std::string& word, const std::string& rest = "") {
  const auto line = word + " " + variable("CB_TASK") + " " + variable("CB_RUN") + rest + "\n";
  const int file = open(variable("CB_TEST_LEDGER").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (write(file, line.data(), line.size()) < 0) _exit(99);
  close(file);
}

// Nobody else of this task may be alive; what this one leaves behind holds the lock on.
void take_lock() {
  const auto path = variable("CB_TEST_LEDGER") + "." + variable("CB_TASK");
  const int lock = open(path.c_str(), O_RDWR | O_CREAT, 0600);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) note("overlap");
}

// No descriptor of the database may come with the command.
void look_at_descriptors() {
  for (int fd = 0; fd < 256; ++fd) {
    char path[4096] = "";
    const auto link = "/proc/self/fd/" + std::to_string(fd);
    if (readlink(link.c_str(), path, sizeof path - 1) > 0 && strstr(path, "state.db") != nullptr)
      note("leak");
  }
}

void close_all(int from = 0) {
  for (int fd = from; fd < 256; ++fd) close(fd);
}

// A descendant that goes on alone. It never comes back.
template <typename Prepare>
void leave_behind(Prepare prepare) {
  if (fork() != 0) return;
  prepare();
  sleep(kLong);
  _exit(0);
}

void fork_twice() {
  if (fork() != 0) _exit(0);
}

void flood() {
  static char block[100'000];
  memset(block, 'x', sizeof block);
  for (size_t i = 0; i < sizeof block; i += 100) block[i + 99] = '\n';
  for (size_t sent = 0; sent < kFlood;) {
    const auto size = write(1, block, sizeof block);
    if (size > 0) sent += static_cast<size_t>(size);
  }
}

void be_rude(const std::string& mode) {
  if (mode == "forks") leave_behind([] {});
  if (mode == "forks-many")
    for (int i = 0; i < 20; ++i) leave_behind([] {});
  if (mode == "forks-twice") leave_behind(fork_twice);
  if (mode == "leaves-session") leave_behind(setsid);
  if (mode == "is-daemon")
    leave_behind([] {
      setsid();
      fork_twice();
      signal(SIGTERM, SIG_IGN);
      signal(SIGHUP, SIG_IGN);
      if (chdir("/") != 0) _exit(1);
      close_all();
    });
  if (mode == "closes-all") close_all();
  if (mode == "ignores-term" || mode == "ignores-all")
    for (int each = 1; each < NSIG; ++each)
      if (mode == "ignores-all" || each == SIGTERM) signal(each, SIG_IGN);
  if (mode == "leaves-stopped")
    leave_behind([] {
      signal(SIGTERM, SIG_IGN);
      raise(SIGSTOP);
    });
  if (mode == "floods") flood();
  if (mode == "stops") raise(SIGSTOP);
}

void die_of(int number) {
  const rlimit none{};
  setrlimit(RLIMIT_CORE, &none);
  signal(number, SIG_DFL);
  raise(number);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  const bool lives = argc > 2;
  const bool is_first = variable("CB_ATTEMPT") == "1";
  if (mode == "fails-unlocked") close_all(3);  // cb's lock among them
  take_lock();
  look_at_descriptors();
  note("begin");
  if (mode == "fails-unlocked" && is_first) {
    leave_behind([] {});
    note("end", " 1");
    return 1;
  }
  if (mode.starts_with("signal-")) die_of(atoi(mode.c_str() + 7));
  if (!lives || is_first) be_rude(mode);
  if (is_first && (lives || mode.starts_with("ignores"))) sleep(kLong);
  note("end", " 0");
  return 0;
}
