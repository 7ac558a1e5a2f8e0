#include "model/outcome.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>

#include "base/text.h"

namespace cb::model {
namespace {

constexpr std::array<std::string_view, 8> kOutcomeWords = {"succeeded", "failed",      "timed_out",
                                                           "snoozed",   "interrupted", "crashed",
                                                           "canceled",  "superseded"};

constexpr int kTryLater = 75;  // EX_TEMPFAIL
constexpr Duration kShortageWait = std::chrono::seconds(5);
constexpr double kJitter = 0.2;
constexpr size_t kShownMessage = 500;

struct SignalName {
  int number;
  std::string_view name;
};
constexpr SignalName kSignals[] = {{SIGHUP, "SIGHUP"},   {SIGINT, "SIGINT"},   {SIGQUIT, "SIGQUIT"},
                                   {SIGILL, "SIGILL"},   {SIGTRAP, "SIGTRAP"}, {SIGABRT, "SIGABRT"},
                                   {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},   {SIGKILL, "SIGKILL"},
                                   {SIGUSR1, "SIGUSR1"}, {SIGSEGV, "SIGSEGV"}, {SIGUSR2, "SIGUSR2"},
                                   {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"}, {SIGTERM, "SIGTERM"},
                                   {SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"}, {SIGSYS, "SIGSYS"}};

std::string describe_signal(int number) {
  const std::string text = "signal " + std::to_string(number);
  const auto* found = std::find_if(std::begin(kSignals), std::end(kSignals),
                                   [&](const SignalName& each) { return each.number == number; });
  if (found == std::end(kSignals)) return "killed by " + text;
  return "killed by " + std::string(found->name) + " (" + text + ")";
}

std::string one_line(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return excerpt(text, kShownMessage);
}

// What is known of the run whose conclusion is drawn.
struct Facts {
  const Ending& ending;
  const Policy& policy;
  int attempt;
  double jitter;

  Result::Verdict verdict() const {
    return ending.result ? ending.result->outcome : Result::Verdict::none;
  }
  std::optional<Duration> retry_after() const {
    return ending.result ? ending.result->retry_after : std::nullopt;
  }
  std::string message_or(const std::string& otherwise) const {
    if (ending.result && !ending.result->message.empty()) return one_line(ending.result->message);
    return one_line(otherwise);
  }
};

Conclusion succeed(const Facts& facts) {
  return {.outcome = Outcome::succeeded,
          .cause = Cause::run_succeeded,
          .state = State::succeeded,
          .reason = std::string(reason::succeeded),
          .message = facts.message_or("")};
}

Conclusion snooze(const Facts& facts) {
  return {.outcome = Outcome::snoozed,
          .cause = Cause::snoozed,
          .state = State::ready,
          .reason = std::string(reason::snoozed),
          .message = facts.message_or("asked to be run later"),
          .wait = facts.retry_after().value_or(facts.policy.snooze),
          .counts_attempt = false};
}

Conclusion fail_for_good(std::string message) {
  return {.outcome = Outcome::failed,
          .cause = Cause::run_failed,
          .state = State::failed,
          .reason = std::string(reason::failed),
          .message = std::move(message)};
}

Conclusion fail_attempt(const Facts& facts, std::string message) {
  if (facts.attempt >= facts.policy.attempts) return fail_for_good(std::move(message));
  const Duration backoff = backoff_before(facts.attempt + 1, facts.policy.backoff, facts.jitter);
  return {.outcome = Outcome::failed,
          .cause = Cause::retry_scheduled,
          .state = State::ready,
          .reason = std::string(reason::retry),
          .message = std::move(message),
          .wait = facts.retry_after().value_or(backoff)};
}

// Ended by cb or the machine, not by what the command did.
Conclusion interrupt(const std::string& message, std::optional<Duration> wait) {
  return {.outcome = Outcome::interrupted,
          .cause = Cause::interrupted,
          .state = State::ready,
          .reason = std::string(reason::interrupted),
          .message = message,
          .wait = wait,
          .counts_attempt = false};
}

Conclusion crash(const Facts& facts, const std::string& message) {
  Conclusion conclusion = fail_for_good(message);
  switch (facts.policy.on_crash) {
    case OnCrash::retry:
      conclusion = fail_attempt(facts, message);
      break;
    case OnCrash::hold:
      conclusion.state = State::held;
      conclusion.reason = reason::crashed;
      break;
    case OnCrash::fail:
      break;
  }
  conclusion.outcome = Outcome::crashed;
  conclusion.cause = Cause::crashed;
  return conclusion;
}

Conclusion time_out(const Facts& facts, const std::string& message) {
  Conclusion conclusion = fail_attempt(facts, message);
  conclusion.outcome = Outcome::timed_out;
  return conclusion;
}

Conclusion cancel(const std::string& message) {
  return {.outcome = Outcome::canceled,
          .cause = Cause::canceled_by_user,
          .state = State::canceled,
          .reason = std::string(reason::canceled_by_user),
          .message = message};
}

std::string describe_exit(const Ending& ending) {
  std::string text =
      ending.signal != 0 ? describe_signal(ending.signal) : "exit " + std::to_string(ending.exit);
  if (ending.result_problem) text += "; result: " + *ending.result_problem;
  return text;
}

// What spoils the success of a command that exited with 0; "" when nothing does.
std::string spoiled_by(const Ending& ending) {
  if (ending.result_problem) return one_line("result: " + *ending.result_problem);
  if (ending.missing_artifacts.empty()) return "";
  return one_line("no file matches " + join(ending.missing_artifacts) + " in artifacts");
}

Conclusion conclude_zero(const Facts& facts) {
  switch (facts.verdict()) {
    case Result::Verdict::failed:
      return fail_for_good(facts.message_or("the command's result is failed"));
    case Result::Verdict::retry:
      return fail_attempt(facts, facts.message_or("the command's result is retry"));
    case Result::Verdict::snooze:
      return snooze(facts);
    case Result::Verdict::none:
    case Result::Verdict::succeeded:
      break;
  }
  const std::string cause = spoiled_by(facts.ending);
  return cause.empty() ? succeed(facts) : fail_attempt(facts, cause);
}

Conclusion conclude_nonzero(const Facts& facts) {
  const Ending& ending = facts.ending;
  const std::string message = facts.message_or(describe_exit(ending));
  switch (facts.verdict()) {
    case Result::Verdict::failed:
      return fail_for_good(message);
    case Result::Verdict::retry:
      return fail_attempt(facts, message);
    case Result::Verdict::snooze:
      return snooze(facts);
    case Result::Verdict::none:
    case Result::Verdict::succeeded:
      break;
  }
  if (ending.signal != 0) return fail_attempt(facts, message);
  const auto& permanent = facts.policy.permanent;
  if (std::find(permanent.begin(), permanent.end(), ending.exit) != permanent.end()) {
    return fail_for_good(message);
  }
  return ending.exit == kTryLater ? snooze(facts) : fail_attempt(facts, message);
}

// The event's own message, or `otherwise`.
std::string message_of(const Ending& ending, const std::string& otherwise) {
  return one_line(ending.message.empty() ? otherwise : ending.message);
}

}  // namespace

std::string_view to_string(Outcome outcome) { return kOutcomeWords[static_cast<size_t>(outcome)]; }

std::optional<Outcome> parse_outcome(std::string_view text) {
  const auto found = std::find(kOutcomeWords.begin(), kOutcomeWords.end(), text);
  if (found == kOutcomeWords.end()) return std::nullopt;
  return static_cast<Outcome>(found - kOutcomeWords.begin());
}

Conclusion conclude(const Ending& ending, const Policy& policy, int attempt, double jitter) {
  const Facts facts{ending, policy, attempt, jitter};
  switch (ending.event) {
    case Ending::Event::none:
      break;
    case Ending::Event::timed_out:
      return time_out(facts,
                      message_of(ending, "timed out after " + format_duration(policy.timeout)));
    case Ending::Event::canceled:
      return cancel(message_of(ending, "canceled"));
    case Ending::Event::interrupted:
      return interrupt(message_of(ending, "interrupted"), std::nullopt);
    case Ending::Event::crashed:
      return crash(facts, message_of(ending, "crashed: its supervisor died"));
    case Ending::Event::shortage:
      return interrupt(message_of(ending, "the machine is short of something"), kShortageWait);
    case Ending::Event::not_startable:
      return fail_for_good(message_of(ending, describe_exit(ending)));
  }
  const bool is_zero = ending.signal == 0 && ending.exit == 0;
  return is_zero ? conclude_zero(facts) : conclude_nonzero(facts);
}

Duration backoff_before(int next_attempt, const Backoff& backoff, double jitter) {
  if (backoff.first <= Duration(0)) return Duration(0);  // 0 · infinity is no number
  const int failures = std::max(next_attempt - 1, 1);
  const double grown =
      static_cast<double>(backoff.first.count()) * std::pow(backoff.factor, failures - 1);
  const double wait = std::clamp(grown, 0.0, static_cast<double>(backoff.max.count()));
  return Duration(std::llround(wait * (1 + kJitter * std::clamp(jitter, -1.0, 1.0))));
}

}  // namespace cb::model
