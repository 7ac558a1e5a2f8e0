// One helper process: started on first use, asked one request at a time, ended when it does not
// answer.
#pragma once

#include <poll.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "upstream/protocol.h"

namespace cb::upstream {

class Process;

struct Settings {
  std::string source;
  std::vector<std::string> argv;         // the helper; argv[0] is a path or a name on PATH
  std::string directory;                 // where it runs: relative paths of the options start here
  std::vector<std::string> environment;  // NAME=value, secrets included; nobody else gets them
  Json options = Json::object();
  Json statuses = Json::object();
  // Another text once what it is given is another, its token included; never a secret.
  std::function<std::string()> fingerprint = {};
  Duration deadline =
      std::chrono::seconds(60);   // for hello, for each request, and between two tasks of a listing
  size_t most_tasks = 1'000'000;  // of one listing; a helper that never ends one is ended
};

// Never throws for what the helper does: every ending is an Answer. After a failure of kind
// `broken` the helper is killed, with all it started, and the next request starts a new one; so it
// is after an answer of kind `unauthorized`, for the next one reads its token anew, and after a
// failed hello, which is the answer to the request that caused it: as it is when it may
// pass, else as `broken`, since the request itself was not refused. Waits only in call(), at the
// end, and for the death of what it killed (0.1 s at most). SIGPIPE must be ignored. Others may
// reap its children.
class Client {
 public:
  using OnTask = std::function<void(const Json&)>;  // one {"task":…} of a listing, unvalidated

  explicit Client(Settings settings);
  ~Client();  // closes its input, gives it half a second, then kills it
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // --- one at a time, without waiting
  // Starts the helper if need be and queues the request. Not while is_busy().
  void send(const Json& request);
  bool is_busy() const;
  // What to wait for while busy: its output, and its input while something is left to write.
  std::vector<pollfd> interest() const;
  // How long until the helper is given up; nullopt when not busy.
  std::optional<Duration> time_left() const;
  // Reads and writes what can be without waiting; the answer once it is complete, or the failure
  // once the deadline has passed.
  std::optional<Answer> advance(const OnTask& on_task = {});

  // --- or all at once
  Answer call(const Json& request, const OnTask& on_task = {});

  const Settings& settings() const { return settings_; }

 private:
  struct Request;

  void start();
  bool is_quiet();
  void ask();
  void listen(const OnTask& on_task);
  void hear(const std::string& line, const OnTask& on_task);
  void hear_hello(const Json& value);
  void hear_task(const Json& value, const OnTask& on_task);
  void conclude(Answer answer);
  void give_up(const std::string& cause);
  std::string name() const;

  Settings settings_;
  std::unique_ptr<Process> process_;
  bool is_greeted_ = false;
  std::vector<std::string> operations_;  // what it can, once greeted
  std::unique_ptr<Request> request_;     // while busy
};

// The argv of the helper for "file", "clickup", …: cb-upstream-KIND beside the running program, in
// ../libexec/cb, or on PATH.
std::vector<std::string> find_helper(const std::string& kind);

}  // namespace cb::upstream
