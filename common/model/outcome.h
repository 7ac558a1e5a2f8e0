// How a run ended, and what becomes of its task.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/handler.h"
#include "model/state.h"

namespace cb::model {

enum class Outcome {
  succeeded,
  failed,
  timed_out,
  snoozed,
  interrupted,
  crashed,
  canceled,
  superseded
};
std::string_view to_string(Outcome outcome);
std::optional<Outcome> parse_outcome(std::string_view text);

// What the command itself wrote into $CB_RESULT.
struct Result {
  enum class Verdict { none, succeeded, failed, retry, snooze } outcome = Verdict::none;
  std::string message{};
  std::optional<Duration> retry_after{};
  std::optional<double> cost_usd{};
  std::vector<std::string> artifacts{};  // relative paths, without ".." and not absolute
  std::string upstream_status{}, upstream_comment{};
  std::string data{};  // JSON text; "" = none

  bool operator==(const Result&) const = default;
};
// Problem: "line 3, column 7: …" or "/outcome: …".
std::variant<Result, Problem> read_result(std::string_view text);

// Everything that is known of an ended run.
struct Ending {
  int exit = 0;
  int signal = 0;  // 0: it exited
  // What cb did to it, or learned about it, that overrides the exit code.
  enum class Event {
    none,
    timed_out,
    canceled,      // a person withdrew the task
    interrupted,   // cb shut down, or it never started
    crashed,       // its supervisor died and with it what the command would have said
    shortage,      // the machine could not start or record it
    not_startable  // the command does not exist or may not be executed; exit is 127 or 126
  } event = Event::none;
  std::string message{};  // for the events: what happened
  std::optional<Result> result{};
  // A malformed result file, or an artifact it names that is not there.
  std::optional<std::string> result_problem{};
  std::vector<std::string> missing_artifacts{};  // patterns of the policy that matched no file
};

struct Conclusion {
  Outcome outcome = Outcome::failed;
  Cause cause = Cause::run_failed;
  State state = State::failed;     // held, ready, succeeded, failed or canceled
  std::string reason{};            // a word of model::reason
  std::string message{};           // one line for people; "" after plain success
  std::optional<Duration> wait{};  // before it may run again; state == ready
  bool counts_attempt = true;

  bool operator==(const Conclusion&) const = default;
};

// `attempt`: of this run, from 1. `jitter`: in [-1, 1], scaled to ±20 % of a backoff.
// exit 0 with a result that says otherwise: the result is believed; a failing exit code is never
// overruled by "succeeded", but "retry", "snooze" and "failed" refine it.
Conclusion conclude(const Ending& ending, const Policy& policy, int attempt, double jitter);

Duration backoff_before(int next_attempt, const Backoff& backoff, double jitter);

}  // namespace cb::model
