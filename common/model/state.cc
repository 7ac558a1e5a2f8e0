#include "model/state.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace cb::model {
namespace {

constexpr std::array<std::string_view, 7> kStateWords = {
    "held", "blocked", "ready", "running", "succeeded", "failed", "canceled"};

constexpr std::array<std::string_view, 19> kCauseWords = {
    "discovered",      "evaluated",     "dependencies_met", "dependency_reopened",
    "claimed",         "run_succeeded", "run_failed",       "retry_scheduled",
    "snoozed",         "interrupted",   "crashed",          "withdrawn",
    "put_back",        "held_by_user",  "released_by_user", "canceled_by_user",
    "retried_by_user", "rerun",         "restored"};

// Sets of states, to write the table in.
using States = uint8_t;
constexpr States bit(State state) {
  return static_cast<States>(1u << static_cast<unsigned>(state));
}
constexpr size_t kUnknownBit = kStateWords.size();  // as a `from`: the task was not known
constexpr States kUnknown = 1u << kUnknownBit;
constexpr States kHeld = bit(State::held);
constexpr States kBlocked = bit(State::blocked);
constexpr States kReady = bit(State::ready);
constexpr States kRunning = bit(State::running);
constexpr States kSucceeded = bit(State::succeeded);
constexpr States kFailed = bit(State::failed);
constexpr States kCanceled = bit(State::canceled);
constexpr States kOpen = kHeld | kBlocked | kReady;
constexpr States kFinal = kSucceeded | kFailed | kCanceled;

struct Rule {
  States from;
  Cause cause;
  States to;
};

// Every legal way from one state to another; anything else is a bug.
constexpr std::array kRules = {
    Rule{kUnknown, Cause::discovered, kOpen},
    Rule{kOpen | kCanceled, Cause::evaluated, kOpen},
    Rule{kBlocked, Cause::dependencies_met, kReady},
    Rule{kReady, Cause::dependency_reopened, kBlocked},
    Rule{kReady, Cause::claimed, kRunning},
    Rule{kRunning, Cause::run_succeeded, kSucceeded},
    Rule{kRunning, Cause::run_failed, kFailed},
    Rule{kRunning, Cause::retry_scheduled, kOpen},
    Rule{kRunning, Cause::snoozed, kOpen},
    Rule{kRunning, Cause::interrupted, kOpen},
    Rule{kRunning, Cause::crashed, kOpen | kFailed},
    Rule{kOpen, Cause::withdrawn, kCanceled},
    Rule{kFinal, Cause::put_back, kOpen},
    Rule{kOpen, Cause::held_by_user, kHeld},
    Rule{kHeld, Cause::released_by_user, kOpen},
    Rule{kOpen | kRunning | kFailed, Cause::canceled_by_user, kCanceled},
    Rule{kOpen | kFinal, Cause::retried_by_user, kOpen},
    Rule{kOpen | kFinal, Cause::rerun, kOpen},
    Rule{kOpen | kRunning | kFinal, Cause::restored, kHeld},
};

constexpr bool contains(States set, size_t state) { return (set >> state & 1u) != 0; }

constexpr std::optional<State> state_of_bit(size_t bit_number) {
  if (bit_number == kUnknownBit) return std::nullopt;
  return static_cast<State>(bit_number);
}

// Calls `visit` with every transition that the rules allow.
constexpr void expand_rules(auto visit) {
  for (const Rule& rule : kRules) {
    for (size_t from = 0; from <= kUnknownBit; ++from) {
      for (size_t to = 0; to < kStateWords.size(); ++to) {
        if (!contains(rule.from, from) || !contains(rule.to, to)) continue;
        visit(Transition{state_of_bit(from), rule.cause, static_cast<State>(to)});
      }
    }
  }
}

constexpr size_t count_transitions() {
  size_t count = 0;
  expand_rules([&](const Transition&) { ++count; });
  return count;
}

constexpr auto kTransitions = [] {
  std::array<Transition, count_transitions()> table{};
  size_t next = 0;
  expand_rules([&](const Transition& each) { table[next++] = each; });
  return table;
}();

template <typename Enum, size_t size>
std::optional<Enum> find_word(const std::array<std::string_view, size>& words,
                              std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

}  // namespace

std::string_view to_string(State state) { return kStateWords[static_cast<size_t>(state)]; }
std::string_view to_string(Cause cause) { return kCauseWords[static_cast<size_t>(cause)]; }

std::optional<State> parse_state(std::string_view text) {
  return find_word<State>(kStateWords, text);
}

std::optional<Cause> parse_cause(std::string_view text) {
  return find_word<Cause>(kCauseWords, text);
}

std::span<const Transition> transitions() { return kTransitions; }

bool is_legal(std::optional<State> from, Cause cause, State to) {
  const States from_bit = from ? bit(*from) : kUnknown;
  return std::any_of(kRules.begin(), kRules.end(), [&](const Rule& rule) {
    return rule.cause == cause && (rule.from & from_bit) != 0 && (rule.to & bit(to)) != 0;
  });
}

bool is_open(State state) { return (kOpen & bit(state)) != 0; }
bool is_final(State state) { return (kFinal & bit(state)) != 0; }

bool is_sticky(std::string_view reason) {
  return reason == reason::held_by_user || reason == reason::crashed ||
         reason == reason::restored || reason == reason::refused_upstream;
}

}  // namespace cb::model
