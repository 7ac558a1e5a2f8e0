// Starting a command by vfork. The child borrows this process's memory until it execs, so
// everything that allocates happens before, and the child makes system calls only.
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "os/file.h"
#include "os/own_children.h"
#include "os/process.h"

namespace cb::os {
namespace {

enum class Step { fork, session, death_signal, tag, directory, descriptors, log, exec };

// Where the child failed. Volatile, because the child writes it into the memory it borrows on a
// path that, as far as the compiler can see, never comes back.
struct Failure {
  volatile int error = 0;  // 0: it did not
  volatile Step step = Step::fork;
  volatile size_t candidate = 0;  // the last one tried
};

// What the child needs, in the form the kernel takes.
struct Plan {
  const Command* command = nullptr;
  std::vector<std::string> candidates;
  std::vector<char*> argv;
  std::vector<char*> environment;
  const std::vector<int>* signals = nullptr;  // to be reset
  std::array<int, 3> descriptors{};
  bool wants_null = false;
  pid_t parent = 0;
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> list;
  list.reserve(strings.size() + 1);
  for (const std::string& text : strings) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

std::string search_path(const std::vector<std::string>& environment) {
  for (const std::string& entry : environment) {
    if (entry.starts_with("PATH=")) return entry.substr(5);
  }
  return "/usr/local/bin:/usr/bin:/bin";
}

std::vector<std::string> find_candidates(const Command& command) {
  const std::string& name = command.argv.front();
  if (name.find('/') != std::string::npos) return {name};
  std::vector<std::string> candidates;
  const std::string path = search_path(command.environment);
  for (size_t from = 0; from <= path.size();) {
    const size_t to = std::min(path.find(':', from), path.size());
    const std::string directory = path.substr(from, to - from);
    candidates.push_back((directory.empty() ? "." : directory) + '/' + name);
    from = to + 1;
  }
  return candidates;
}

// The signals that may not be as a command expects them: those that cb handles or ignores, and
// those that it was started with ignored. Asking for all, once, because the child would need 64
// calls.
std::vector<int> find_altered_signals() {
  std::vector<int> altered = {SIGHUP, SIGINT, SIGTERM, SIGCHLD, SIGPIPE, SIGALRM};
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action{};
    if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
      altered.push_back(signal);
  }
  return altered;
}

Plan make_plan(const Command& command) {
  static const auto altered_signals = find_altered_signals();
  Plan plan;
  plan.command = &command;
  plan.signals = &altered_signals;
  plan.candidates = find_candidates(command);
  plan.argv = pointers(command.argv);
  plan.environment = pointers(command.environment);
  plan.descriptors = {command.input, command.output, command.error};
  plan.wants_null = std::ranges::count(plan.descriptors, -1) > 0;
  plan.parent = getpid();
  return plan;
}

// The signal handlers of this process must not run in the child, and what it ignores must not be
// ignored there.
void reset_signals(const std::vector<int>& signals) {
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (const int signal : signals) sigaction(signal, &standard, nullptr);
}

bool ask_for_death_signal(const Plan& plan) {
  if (plan.command->death_signal == 0) return true;
  if (prctl(PR_SET_PDEATHSIG, plan.command->death_signal) != 0) return false;
  if (getppid() != plan.parent) _exit(127);  // it died before it was asked
  return true;
}

bool put_tag(Tag tag) {
  const rlimit limit{.rlim_cur = tag, .rlim_max = tag};
  return tag == 0 || setrlimit(RLIMIT_RTTIME, &limit) == 0;
}

bool place(int from, int to) {
  return (from == to ? fcntl(from, F_SETFD, 0) : dup2(from, to)) >= 0;
}

bool place_descriptors(const Plan& plan) {
  std::array<int, 3> sources = plan.descriptors;
  const int null = plan.wants_null ? open("/dev/null", O_RDWR | O_CLOEXEC) : -1;
  if (plan.wants_null && null < 0) return false;
  for (int& source : sources) {
    if (source < 0) source = null;
    // Out of the way of the numbers that are about to be given.
    if (source <= 2) source = fcntl(source, F_DUPFD_CLOEXEC, 3);
    if (source < 0) return false;
  }
  for (int target = 0; target <= 2; ++target) {
    if (!place(sources[static_cast<size_t>(target)], target)) return false;
  }
  close_range(3, ~0U,
              CLOSE_RANGE_CLOEXEC);  // all should be already; before Linux 5.11 they have to be
  return plan.command->kept < 0 || fcntl(plan.command->kept, F_SETFD, 0) == 0;
}

bool unblock_signals() {
  sigset_t none;
  sigemptyset(&none);
  return sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
}

bool open_log(const Command& command) {
  if (command.log_path.empty()) return true;
  const int log =
      open(command.log_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  return log >= 0 && (command.output >= 0 || place(log, 1)) &&
         (command.error >= 0 || place(log, 2));
}

// Tries the candidates as execvp does; returns with the errno to report. Looking first is a tenth
// of the cost of an execve that fails.
int exec_first(const Plan& plan, size_t& tried) {
  int denied = 0;
  for (tried = 0; tried < plan.candidates.size(); ++tried) {
    const auto* path = plan.candidates[tried].c_str();
    if (access(path, F_OK) == 0 || errno == EACCES)
      execve(path, plan.argv.data(), plan.environment.data());
    if (errno != EACCES && errno != ENOENT && errno != ENOTDIR) return errno;
    if (errno == EACCES) denied = EACCES;
  }
  tried = plan.candidates.size() - 1;
  return denied != 0 ? denied : ENOENT;
}

[[noreturn]] void run_child(const Plan& plan, Failure& failure) {
  const Command& command = *plan.command;
  const auto attempt = [&failure](Step step, bool done) {
    if (done) return;
    failure.step = step;
    failure.error = errno;
    _exit(127);
  };
  reset_signals(*plan.signals);
  attempt(Step::session, command.session == Command::Session::shared || setsid() >= 0);
  attempt(Step::death_signal, ask_for_death_signal(plan));
  attempt(Step::tag, put_tag(command.tag));
  attempt(Step::directory, command.directory.empty() || chdir(command.directory.c_str()) == 0);
  attempt(Step::descriptors, place_descriptors(plan) && unblock_signals());
  attempt(Step::log, open_log(command));
  failure.step = Step::exec;
  size_t tried = 0;
  const int error = exec_first(plan, tried);
  failure.candidate = tried;
  failure.error = error;
  _exit(127);
}

// Not inlined: the child leaves by _exit or exec, so this frame is never returned from twice.
[[gnu::noinline]] pid_t fork_child(const Plan& plan, Failure& failure) {
  sigset_t all, old;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &old);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  const pid_t pid = vfork();
#pragma GCC diagnostic pop
  if (pid == 0) run_child(plan, failure);
  if (pid < 0) failure.error = errno;
  sigprocmask(SIG_SETMASK, &old, nullptr);
  return pid;
}

std::string describe_exec(const Plan& plan, const Failure& failure) {
  const Command& command = *plan.command;
  const int error = failure.error;
  if (plan.candidates.size() > 1 && (error == ENOENT || error == EACCES)) {
    return "start " + command.argv.front() + " (looked for in " + search_path(command.environment) +
           ")";
  }
  std::string tried = plan.candidates[failure.candidate];
  if (!tried.starts_with('/') && !command.directory.empty()) {
    tried = command.directory + '/' + tried;
  }
  // The kernel says "no such file" of a script when it means the interpreter named in its first
  // line.
  return (error == ENOENT && exists(tried) ? "start the interpreter of " : "start ") + tried;
}

std::string describe(const Plan& plan, const Failure& failure) {
  switch (failure.step) {
    case Step::fork:
      return "create a process for " + plan.command->argv.front();
    case Step::session:
      return "create a session";
    case Step::death_signal:
      return "ask for a death signal";
    case Step::tag:
      return "set the tag of the command";
    case Step::directory:
      return "change to " + plan.command->directory;
    case Step::descriptors:
      return "connect the input and output of " + plan.command->argv.front();
    case Step::log:
      return "create " + plan.command->log_path;
    case Step::exec:
      return describe_exec(plan, failure);
  }
  return "";
}

// An empty name has no program; a NUL byte would silently cut the argument short.
bool is_passable(const Command& command) {
  const auto holds_nul = [](const std::string& text) { return text.find('\0') != text.npos; };
  return !command.argv.empty() && !command.argv.front().empty() &&
         std::ranges::none_of(command.argv, holds_nul) &&
         std::ranges::none_of(command.environment, holds_nul);
}

}  // namespace

Started start(const Command& command) {
  if (!is_passable(command)) {
    return {.error = EINVAL, .what = "pass an empty name or a NUL byte to a command"};
  }
  const Plan plan = make_plan(command);
  // Volatile as a whole is not needed: fork_child is opaque and the child's writes are seen once it
  // returns.
  Failure failure;
  const pid_t pid = fork_child(plan, failure);
  if (failure.error == 0) {
    own_children().push_back(pid);
    return {.pid = pid};
  }
  if (pid > 0) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (failure.step == Step::exec && !command.log_path.empty()) remove_file(command.log_path);
  return {.error = failure.error, .what = describe(plan, failure)};
}

}  // namespace cb::os
