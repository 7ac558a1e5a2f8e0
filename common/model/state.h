// The states of a task and the only ways from one to another.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace cb::model {

enum class State { held, blocked, ready, running, succeeded, failed, canceled };

// Why a state changes; the word stands in the event.
enum class Cause {
  discovered,           // learned of for the first time
  evaluated,            // its task, its time or the rules changed
  dependencies_met,     // the last task it waited for succeeded
  dependency_reopened,  // a task it depends on is no longer done
  claimed,
  run_succeeded,
  run_failed,       // for good, or out of attempts
  retry_scheduled,  // an attempt failed, others are left
  snoozed,
  interrupted,
  crashed,
  withdrawn,  // closed, deleted or done upstream
  put_back,   // a person set it back upstream after it had ended
  held_by_user,
  released_by_user,
  canceled_by_user,
  retried_by_user,
  rerun,  // a command line runs it again
  restored,
};

std::string_view to_string(State state);
std::string_view to_string(Cause cause);
std::optional<State> parse_state(std::string_view text);
std::optional<Cause> parse_cause(std::string_view text);

// One line of the table of legal transitions. from == nullopt: the task was not known.
struct Transition {
  std::optional<State> from;
  Cause cause;
  State to;
};
std::span<const Transition> transitions();
bool is_legal(std::optional<State> from, Cause cause, State to);

// held, blocked, ready: it may still run.
bool is_open(State state);
// succeeded, failed, canceled.
bool is_final(State state);

// Machine-readable reasons that `held` and others show; free text goes into the detail beside it.
namespace reason {
inline constexpr std::string_view no_handler = "no_handler";
inline constexpr std::string_view not_opted_in = "not_opted_in";
inline constexpr std::string_view no_due_date = "no_due_date";
inline constexpr std::string_view due_too_far = "due_too_far";
inline constexpr std::string_view missing_field = "missing_field";
inline constexpr std::string_view waiting_for_file = "waiting_for_file";
inline constexpr std::string_view in_progress_elsewhere = "in_progress_elsewhere";
inline constexpr std::string_view held_by_user = "held_by_user";
inline constexpr std::string_view crashed = "crashed";
inline constexpr std::string_view dependency_cycle = "dependency_cycle";
inline constexpr std::string_view refused_upstream = "refused_upstream";
inline constexpr std::string_view restored = "restored";
inline constexpr std::string_view waits_for = "waits_for_tasks";  // blocked
inline constexpr std::string_view ready = "ready";
inline constexpr std::string_view retry = "retry";
inline constexpr std::string_view snoozed = "snoozed";
inline constexpr std::string_view interrupted = "interrupted";
inline constexpr std::string_view upstream_unreachable = "upstream_unreachable";
inline constexpr std::string_view running = "running";
inline constexpr std::string_view succeeded = "succeeded";
inline constexpr std::string_view failed = "failed";
inline constexpr std::string_view canceled_by_user = "canceled_by_user";
inline constexpr std::string_view closed_upstream = "closed_upstream";
// Satisfies those that wait for it.
inline constexpr std::string_view done_upstream = "done_upstream";
inline constexpr std::string_view gone_upstream = "gone_upstream";
}  // namespace reason

// Reasons that only a person takes away: a new evaluation leaves them alone.
bool is_sticky(std::string_view reason);

}  // namespace cb::model
