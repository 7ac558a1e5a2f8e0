// Handlers: which command runs for a task, and under which policy.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/task.h"

namespace cb::model {

// Waiting before attempt n+1 after n failures: min(first · factor^(n-1), max), then jitter.
struct Backoff {
  Duration first = std::chrono::seconds(15);
  double factor = 2;
  Duration max = std::chrono::hours(1);

  bool operator==(const Backoff&) const = default;
};

enum class OnCrash { retry, hold, fail };

// What governs a run from its claim to its outcome. Kept with the run, so that a changed
// configuration never changes a run that has begun.
struct Policy {
  Duration timeout = std::chrono::hours(1);   // 0: none
  Duration grace = std::chrono::seconds(10);  // between TERM and KILL
  int attempts = 3;
  Backoff backoff{};
  Duration snooze = std::chrono::minutes(5);
  std::vector<int> permanent = {64, 65, 77, 78};  // exit codes that mean "failed for good"
  std::vector<std::string> artifacts{};  // wildcards; each must match a file of $CB_ARTIFACTS
  OnCrash on_crash = OnCrash::retry;

  bool operator==(const Policy&) const = default;
};

Json to_json(const Policy& policy);
// What to_json() wrote; members that are missing keep their defaults.
Policy policy_from_json(const Json& value);

// One condition on a task; all of a handler's must hold.
struct Match {
  std::string key;  // "source", "kind", "title" (a wildcard), "fields.NAME"
  Json value;       // equal to it; for kind and source a string; a list means any of them
};

struct Handler {
  std::string name{};
  std::vector<Match> match{};        // empty: fits every task
  std::vector<std::string> run{};    // argv with {placeholders}
  std::optional<std::string> key{};  // a template; tasks of one key run one at a time, in order
  int concurrency = 0;               // at most so many at once over all processes; 0: no limit
  std::optional<std::string> cwd{};  // absolute; absent: the task's own work directory
  std::optional<std::string> needs_file{};  // the watch whose file the task waits for
  Policy policy{};
};

// The first that fits, in order; nullptr when none does.
const Handler* find_handler(std::span<const Handler> handlers, const Task& task);

// --- templates

// The names a placeholder may have: "id", "source", "task", "title", "kind", "status", "url",
// "due", "priority", "file", "run", "attempt", "work", "artifacts", "config_dir", "fields.NAME".
// `{{` and `}}` stand for braces. nullopt when `text` is a valid template, else what is wrong with
// it and where.
std::optional<std::string> check_template(std::string_view text);

// Values that are not the task's: known only when a run is prepared.
struct RunValues {
  std::string run{}, work{}, artifacts{}, config_dir{}, file{};
  int attempt = 0;
};

struct Missing {
  std::string name;  // the placeholder without a value: "fields.Client"
};
// Fills the placeholders of one argument. A text value is taken as it is, another JSON value as
// JSON text, a list of texts joined by ",". Absent and null are Missing. With `run` absent, its
// placeholders expand to "".
std::variant<std::string, Missing> expand(std::string_view text, const Task& task,
                                          const std::optional<RunValues>& run);
// All of argv; the first missing value wins.
std::variant<std::vector<std::string>, Missing> expand_all(std::span<const std::string> argv,
                                                           const Task& task,
                                                           const std::optional<RunValues>& run);

}  // namespace cb::model
