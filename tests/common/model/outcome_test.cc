#include "model/outcome.h"

#include <gtest/gtest.h>

namespace cb::model {
namespace {

using namespace std::chrono_literals;
using Event = Ending::Event;
using Said = Result::Verdict;

const Policy kPolicy{.timeout = 30min, .attempts = 3, .snooze = 5min};

Conclusion first_attempt(const Ending& ending, const Policy& policy = kPolicy) {
  return conclude(ending, policy, 1, 0);
}

Conclusion last_attempt(const Ending& ending, const Policy& policy = kPolicy) {
  return conclude(ending, policy, policy.attempts, 0);
}

Conclusion failed_for_good(const std::string& message) {
  return {.outcome = Outcome::failed,
          .cause = Cause::run_failed,
          .state = State::failed,
          .reason = "failed",
          .message = message};
}

Conclusion retried(const std::string& message, Duration wait = 15s) {
  return {.outcome = Outcome::failed,
          .cause = Cause::retry_scheduled,
          .state = State::ready,
          .reason = "retry",
          .message = message,
          .wait = wait};
}

Conclusion snoozed(const std::string& message, Duration wait = 5min) {
  return {.outcome = Outcome::snoozed,
          .cause = Cause::snoozed,
          .state = State::ready,
          .reason = "snoozed",
          .message = message,
          .wait = wait,
          .counts_attempt = false};
}

Conclusion succeeded(const std::string& message = "") {
  return {.outcome = Outcome::succeeded,
          .cause = Cause::run_succeeded,
          .state = State::succeeded,
          .reason = "succeeded",
          .message = message};
}

Conclusion interrupted(const std::string& message, std::optional<Duration> wait = {}) {
  return {.outcome = Outcome::interrupted,
          .cause = Cause::interrupted,
          .state = State::ready,
          .reason = "interrupted",
          .message = message,
          .wait = wait,
          .counts_attempt = false};
}

Ending with_result(int exit, Result result) { return {.exit = exit, .result = std::move(result)}; }

TEST(Conclude, ExitZeroIsSuccess) {
  EXPECT_EQ(first_attempt({}), succeeded());
  EXPECT_EQ(first_attempt(with_result(0, {.message = "3 links"})), succeeded("3 links"));
  EXPECT_EQ(last_attempt(with_result(0, {.outcome = Said::succeeded})), succeeded());
}

TEST(Conclude, ExitCodesThatWillNotGetBetterFailForGood) {
  for (const int exit : {64, 65, 77, 78}) {
    EXPECT_EQ(first_attempt({.exit = exit}), failed_for_good("exit " + std::to_string(exit)));
  }
}

TEST(Conclude, AConfiguredListReplacesTheDefault) {
  Policy policy = kPolicy;
  policy.permanent = {3, 75};
  EXPECT_EQ(first_attempt({.exit = 3}, policy), failed_for_good("exit 3"));
  EXPECT_EQ(first_attempt({.exit = 75}, policy), failed_for_good("exit 75"));
  EXPECT_EQ(first_attempt({.exit = 65}, policy), retried("exit 65"));
}

TEST(Conclude, Exit75IsSnoozedHoweverManyAttempts) {
  EXPECT_EQ(first_attempt({.exit = 75}), snoozed("asked to be run later"));
  EXPECT_EQ(last_attempt({.exit = 75}), snoozed("asked to be run later"));
  EXPECT_EQ(first_attempt(with_result(75, {.message = "quota", .retry_after = 1h})),
            snoozed("quota", 1h));
}

TEST(Conclude, OtherExitCodesAreRetriedWhileAttemptsAreLeft) {
  EXPECT_EQ(conclude({.exit = 1}, kPolicy, 1, 0), retried("exit 1", 15s));
  EXPECT_EQ(conclude({.exit = 1}, kPolicy, 2, 0), retried("exit 1", 30s));
  EXPECT_EQ(conclude({.exit = 1}, kPolicy, 3, 0), failed_for_good("exit 1"));
  EXPECT_EQ(conclude({.exit = 1}, kPolicy, 9, 0), failed_for_good("exit 1"));
}

TEST(Conclude, ASignalIsAFailureAndIsNamed) {
  EXPECT_EQ(first_attempt({.signal = 11}), retried("killed by SIGSEGV (signal 11)"));
  EXPECT_EQ(last_attempt({.signal = 9}), failed_for_good("killed by SIGKILL (signal 9)"));
  EXPECT_EQ(first_attempt({.signal = 40}), retried("killed by signal 40"));
  EXPECT_EQ(first_attempt({.exit = 65, .signal = 15}), retried("killed by SIGTERM (signal 15)"));
}

TEST(Conclude, ATimeoutIsLikeAFailure) {
  Conclusion expected = retried("timed out after 30m");
  expected.outcome = Outcome::timed_out;
  EXPECT_EQ(first_attempt({.signal = 15, .event = Event::timed_out}), expected);

  expected = failed_for_good("timed out after 30m");
  expected.outcome = Outcome::timed_out;
  EXPECT_EQ(last_attempt({.signal = 9, .event = Event::timed_out}), expected);
}

TEST(Conclude, ATimeoutIsNotOverruledByWhatTheCommandWroteBefore) {
  const Ending ending{.event = Event::timed_out,
                      .result = Result{.outcome = Said::succeeded, .message = "all done"}};
  EXPECT_EQ(first_attempt(ending).outcome, Outcome::timed_out);
}

TEST(Conclude, InterruptedGivesTheAttemptBackAtOnce) {
  EXPECT_EQ(last_attempt({.event = Event::interrupted, .message = "cb-exec was stopped"}),
            interrupted("cb-exec was stopped"));
}

TEST(Conclude, AShortageWaitsAndGivesTheAttemptBack) {
  EXPECT_EQ(last_attempt({.event = Event::shortage, .message = "fork: no memory"}),
            interrupted("fork: no memory", 5s));
}

TEST(Conclude, WhatCannotBeStartedFailsForGood) {
  EXPECT_EQ(first_attempt({.exit = 127, .event = Event::not_startable, .message = "no /bin/x"}),
            failed_for_good("no /bin/x"));
  EXPECT_EQ(first_attempt({.exit = 126, .event = Event::not_startable}),
            failed_for_good("exit 126"));
}

TEST(Conclude, ACrashFollowsOnCrash) {
  const Ending crash{.event = Event::crashed, .message = "cb-exec died"};
  Conclusion expected = retried("cb-exec died");
  expected.outcome = Outcome::crashed;
  expected.cause = Cause::crashed;
  EXPECT_EQ(first_attempt(crash), expected);

  expected = failed_for_good("cb-exec died");
  expected.outcome = Outcome::crashed;
  expected.cause = Cause::crashed;
  EXPECT_EQ(last_attempt(crash), expected);

  Policy policy = kPolicy;
  policy.on_crash = OnCrash::fail;
  EXPECT_EQ(first_attempt(crash, policy), expected);

  policy.on_crash = OnCrash::hold;
  expected.state = State::held;
  expected.reason = "crashed";
  EXPECT_EQ(first_attempt(crash, policy), expected);
}

TEST(Conclude, APersonsCancelWins) {
  const Conclusion conclusion = first_attempt(
      {.event = Event::canceled, .message = "canceled by ann", .result = Result{.message = "x"}});

  EXPECT_EQ(conclusion.outcome, Outcome::canceled);
  EXPECT_EQ(conclusion.cause, Cause::canceled_by_user);
  EXPECT_EQ(conclusion.state, State::canceled);
  EXPECT_EQ(conclusion.reason, "canceled_by_user");
  EXPECT_EQ(conclusion.message, "canceled by ann");
}

TEST(Conclude, AResultRefinesEveryExitButNeverMakesASuccess) {
  for (const int exit : {0, 1, 65, 75}) {
    const auto says = [&](Said said) {
      return first_attempt(with_result(exit, {.outcome = said, .message = "m", .retry_after = 7s}));
    };
    EXPECT_EQ(says(Said::failed), failed_for_good("m")) << exit;
    EXPECT_EQ(says(Said::retry), retried("m", 7s)) << exit;
    EXPECT_EQ(says(Said::snooze), snoozed("m", 7s)) << exit;
    EXPECT_EQ(says(Said::succeeded).outcome == Outcome::succeeded, exit == 0) << exit;
  }
  EXPECT_EQ(first_attempt(with_result(65, {.outcome = Said::succeeded})),
            failed_for_good("exit 65"));
}

TEST(Conclude, AResultThatSaysRetryStillEndsWithTheAttempts) {
  EXPECT_EQ(last_attempt(with_result(0, {.outcome = Said::retry, .message = "m"})),
            failed_for_good("m"));
  EXPECT_EQ(first_attempt(with_result(0, {.outcome = Said::retry})),
            retried("the command's result is retry"));
}

TEST(Conclude, ASuccessWithoutItsArtifactsIsAFailure) {
  const Ending ending{.result = Result{.message = "completed"},
                      .missing_artifacts = {"*.md", "*.docx"}};
  EXPECT_EQ(first_attempt(ending), retried("no file matches *.md, *.docx in artifacts"));
  EXPECT_EQ(last_attempt(ending), failed_for_good("no file matches *.md, *.docx in artifacts"));
}

TEST(Conclude, ASuccessWithAMalformedResultIsAFailureThatSaysWhere) {
  EXPECT_EQ(first_attempt({.result_problem = "/outcome: not a string"}),
            retried("result: /outcome: not a string"));
  EXPECT_EQ(first_attempt({.exit = 65, .result_problem = "/outcome: not a string"}),
            failed_for_good("exit 65; result: /outcome: not a string"));
}

TEST(Conclude, MessagesAreOneSafeLine) {
  const auto message_for = [](const std::string& text) {
    return first_attempt(with_result(1, {.message = text})).message;
  };
  EXPECT_EQ(message_for("two\nlines\n"), "two lines");
  EXPECT_EQ(message_for("\x1b[31mred"), "\uFFFD[31mred");
  EXPECT_EQ(message_for(std::string(9000, 'x')).size(), 500u);
}

TEST(Conclude, EveryEndingHasAReasonAndALegalCause) {
  for (const Event event : {Event::none, Event::timed_out, Event::canceled, Event::interrupted,
                            Event::crashed, Event::shortage, Event::not_startable}) {
    for (const int exit : {0, 1, 65, 75, 127}) {
      for (const int attempt : {1, 3}) {
        const Conclusion each = conclude({.exit = exit, .event = event}, kPolicy, attempt, 0);
        EXPECT_TRUE(is_legal(State::running, each.cause, each.state)) << exit;
        EXPECT_FALSE(each.reason.empty()) << exit;
        EXPECT_EQ(each.message.empty(), each.state == State::succeeded) << exit;
        EXPECT_FALSE(each.wait && each.state != State::ready) << exit;
      }
    }
  }
}

TEST(Backoff, GrowsToItsMaximum) {
  const Backoff backoff{.first = 15s, .factor = 2, .max = 1h};
  const Duration expected[] = {15s, 30s, 60s, 120s, 240s, 480s, 960s, 1920s, 3600s, 3600s};
  for (int failures = 1; failures <= 10; ++failures) {
    EXPECT_EQ(backoff_before(failures + 1, backoff, 0), expected[failures - 1]) << failures;
  }
}

TEST(Backoff, IsMonotoneAndBoundedHoweverManyAttempts) {
  for (const double factor : {1.0, 1.5, 2.0, 10.0}) {
    const Backoff backoff{.first = 1s, .factor = factor, .max = 1h};
    Duration before(0);
    for (int attempt = 1; attempt < 5000; ++attempt) {
      const Duration wait = backoff_before(attempt, backoff, 0);
      ASSERT_GE(wait, before) << factor << " " << attempt;
      ASSERT_LE(wait, backoff.max) << factor << " " << attempt;
      before = wait;
    }
  }
}

TEST(Backoff, JitterStaysWithinTwentyPercent) {
  const Backoff backoff{.first = 10s, .factor = 3, .max = 1000s};
  for (int attempt = 2; attempt < 12; ++attempt) {
    const auto middle = static_cast<double>(backoff_before(attempt, backoff, 0).count());
    for (double jitter = -1; jitter <= 1; jitter += 0.125) {
      const auto wait = static_cast<double>(backoff_before(attempt, backoff, jitter).count());
      EXPECT_NEAR(wait, middle * (1 + 0.2 * jitter), 1) << attempt << " " << jitter;
    }
  }
  EXPECT_EQ(backoff_before(2, backoff, 5), 12s);
  EXPECT_EQ(backoff_before(2, backoff, -5), 8s);
}

TEST(Backoff, NeverWaitsBackwards) {
  EXPECT_EQ(backoff_before(3, {.first = 1s, .factor = -2, .max = 1h}, 0), 0s);
}

TEST(Backoff, NoFirstWaitMeansNone) {
  EXPECT_EQ(backoff_before(2, {.first = 0s, .factor = 2, .max = 1h}, 1), 0s);
  EXPECT_EQ(backoff_before(5000, {.first = 0s, .factor = 2, .max = 1h}, 1), 0s);
}

TEST(OutcomeWords, AreReadBack) {
  for (const auto word : {"succeeded", "failed", "timed_out", "snoozed", "interrupted", "crashed",
                          "canceled", "superseded"}) {
    ASSERT_TRUE(parse_outcome(word)) << word;
    EXPECT_EQ(to_string(*parse_outcome(word)), word);
  }
  EXPECT_FALSE(parse_outcome("none"));
}

}  // namespace
}  // namespace cb::model
