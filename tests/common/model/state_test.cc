#include "model/state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace cb::model {
namespace {

using From = std::optional<State>;

constexpr State kStates[] = {State::held,      State::blocked, State::ready,   State::running,
                             State::succeeded, State::failed,  State::canceled};
constexpr int kCauses = static_cast<int>(Cause::restored) + 1;

// The rules once more, in other words, cause by cause.
bool should_be_legal(From from, Cause cause, State to) {
  const auto is = [&](State state) { return from == state; };
  const bool is_known = from.has_value();
  const bool from_open = is(State::held) || is(State::blocked) || is(State::ready);
  const bool from_final = is(State::succeeded) || is(State::failed) || is(State::canceled);
  const bool to_open = to == State::held || to == State::blocked || to == State::ready;
  switch (cause) {
    case Cause::discovered:
      return !is_known && to_open;
    case Cause::evaluated:
      return (from_open || is(State::canceled)) && to_open;
    case Cause::dependencies_met:
      return is(State::blocked) && to == State::ready;
    case Cause::dependency_reopened:
      return is(State::ready) && to == State::blocked;
    case Cause::claimed:
      return is(State::ready) && to == State::running;
    case Cause::run_succeeded:
      return is(State::running) && to == State::succeeded;
    case Cause::run_failed:
      return is(State::running) && to == State::failed;
    case Cause::retry_scheduled:
    case Cause::snoozed:
    case Cause::interrupted:
      return is(State::running) && to_open;
    case Cause::crashed:
      return is(State::running) && (to_open || to == State::failed);
    case Cause::withdrawn:
      return from_open && to == State::canceled;
    case Cause::put_back:
      return from_final && to_open;
    case Cause::held_by_user:
      return from_open && to == State::held;
    case Cause::released_by_user:
      return is(State::held) && to_open;
    case Cause::canceled_by_user:
      return (from_open || is(State::running) || is(State::failed)) && to == State::canceled;
    case Cause::retried_by_user:
    case Cause::rerun:
      return is_known && !is(State::running) && to_open;
    case Cause::restored:
      return is_known && to == State::held;
  }
  return false;
}

template <typename Visit>
void for_every_step(Visit visit) {
  for (int cause = 0; cause < kCauses; ++cause) {
    for (const State to : kStates) {
      visit(From(), static_cast<Cause>(cause), to);
      for (const State from : kStates) visit(From(from), static_cast<Cause>(cause), to);
    }
  }
}

std::string describe(From from, Cause cause, State to) {
  return std::string(from ? to_string(*from) : "unknown") + " " + std::string(to_string(cause)) +
         " " + std::string(to_string(to));
}

TEST(Transitions, AreExactlyTheRules) {
  for_every_step([](From from, Cause cause, State to) {
    EXPECT_EQ(is_legal(from, cause, to), should_be_legal(from, cause, to))
        << describe(from, cause, to);
  });
}

TEST(Transitions, TheTableHoldsEveryLegalStepOnce) {
  std::set<std::string> listed, legal;
  for (const Transition& each : transitions()) {
    EXPECT_TRUE(listed.insert(describe(each.from, each.cause, each.to)).second);
  }
  for_every_step([&](From from, Cause cause, State to) {
    if (is_legal(from, cause, to)) legal.insert(describe(from, cause, to));
  });
  EXPECT_EQ(listed, legal);
}

TEST(Transitions, EveryStateIsReachableFromUnknown) {
  std::set<From> reached = {From()};
  for (size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const Transition& each : transitions()) {
      if (reached.contains(each.from)) reached.insert(each.to);
    }
  }
  EXPECT_EQ(reached.size(), std::size(kStates) + 1);
}

TEST(Transitions, RunningIsEnteredOnlyByAClaimOfAReadyTask) {
  for (const Transition& each : transitions()) {
    if (each.to != State::running) continue;
    EXPECT_EQ(each.cause, Cause::claimed);
    EXPECT_EQ(each.from, State::ready);
  }
}

TEST(Transitions, EveryStateHasAWayOut) {
  for (const State state : kStates) {
    EXPECT_TRUE(
        std::any_of(transitions().begin(), transitions().end(),
                    [&](const Transition& each) { return each.from == state && each.to != state; }))
        << to_string(state);
  }
}

TEST(StateWords, AreReadBack) {
  for (const State state : kStates) EXPECT_EQ(parse_state(to_string(state)), state);
  EXPECT_EQ(to_string(State::held), "held");
  EXPECT_EQ(to_string(State::canceled), "canceled");
  EXPECT_FALSE(parse_state("Held"));
  EXPECT_FALSE(parse_state(""));
}

TEST(CauseWords, AreReadBackAndDistinct) {
  for (int cause = 0; cause < kCauses; ++cause) {
    EXPECT_EQ(parse_cause(to_string(static_cast<Cause>(cause))), static_cast<Cause>(cause));
  }
  EXPECT_EQ(to_string(Cause::discovered), "discovered");
  EXPECT_EQ(to_string(Cause::withdrawn), "withdrawn");
  EXPECT_EQ(to_string(Cause::restored), "restored");
  EXPECT_FALSE(parse_cause("unheard_of"));
}

TEST(StateSets, OpenRunningAndFinalShareNothing) {
  for (const State state : kStates) {
    EXPECT_EQ(is_open(state) + is_final(state) + (state == State::running), 1) << to_string(state);
  }
  EXPECT_TRUE(is_open(State::blocked));
  EXPECT_TRUE(is_final(State::canceled));
}

TEST(IsSticky, OnlyWhatAPersonMustDecide) {
  for (const auto word :
       {reason::held_by_user, reason::crashed, reason::restored, reason::refused_upstream}) {
    EXPECT_TRUE(is_sticky(word)) << word;
  }
  for (const auto word : {reason::no_handler, reason::missing_field, reason::dependency_cycle,
                          reason::in_progress_elsewhere, reason::retry, std::string_view()}) {
    EXPECT_FALSE(is_sticky(word)) << word;
  }
}

}  // namespace
}  // namespace cb::model
