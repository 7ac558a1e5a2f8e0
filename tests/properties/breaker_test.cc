// Breakers fed with any replies, while the clock jumps both ways.
#include "model/breaker.h"

#include <gtest/gtest.h>

#include "properties/random.h"

namespace cb::model {
namespace {

using Kind = Reply::Kind;
using namespace std::chrono_literals;

constexpr int kBreakers = 300, kReplies = 200;

Reply any_reply(testing::Random& random) {
  const auto kind = static_cast<Kind>(random.integer(0, 4));
  Reply reply{.kind = kind, .message = "m"};
  if (random.chance(0.5)) reply.patience = Duration(random.integer(0, 1'000'000'000));
  return reply;
}

Instant any_jump(testing::Random& random, Instant now) {
  if (random.chance(0.1)) return now + Duration(random.integer(-100'000'000'000, 100'000'000'000));
  return now + Duration(random.integer(0, 30'000));
}

// Calls `check(before, reply, after, now)` for every step of every walk.
template <typename BreakerCheck>
void for_any_walk(BreakerCheck check) {
  testing::Random random;
  for (int walk = 0; walk < kBreakers; ++walk) {
    Breaker breaker;
    auto now = from_millis(1'800'000'000'000);
    for (int step = 0; step < kReplies; ++step) {
      now = any_jump(random, now);
      if (gate(breaker, "f", now) == Gate::probe && random.chance(0.9))
        breaker = begin_probe(breaker, now);
      const auto reply = any_reply(random);
      const auto next = after(breaker, reply, "f", now, random.real(-1, 1));
      check(breaker, reply, next, now);
      breaker = next;
    }
  }
}

TEST(AnyBreaker, IsNeverShutForLongerThanItSays) {
  for_any_walk([](const Breaker&, const Reply&, const Breaker& next, Instant now) {
    const auto until = next.opens_until();
    if (!until || next.probe_at) return;
    EXPECT_LE(next.wait, 24h);
    EXPECT_NE(gate(next, "f", *until), Gate::shut);
    EXPECT_NE(gate(next, "f", now - 1ms - (now - next.opened_at)), Gate::shut) << "set back";
  });
}

TEST(AnyBreaker, LetsSomebodyAskAgainWhateverTheProbeCameTo) {
  for_any_walk([](const Breaker&, const Reply&, const Breaker& next, Instant) {
    if (!next.probe_at) return;
    EXPECT_NE(gate(next, "another", *next.probe_at + next.wait + 25h), Gate::shut);
  });
}

TEST(AnyBreaker, OpensOnlyByAFailure) {
  for_any_walk([](const Breaker& before, const Reply& reply, const Breaker& next, Instant) {
    if (before.is_open() || !next.is_open()) return;
    EXPECT_NE(reply.kind, Kind::answered);
    if (reply.kind == Kind::failed) {
      EXPECT_GE(before.requests, 4);
    }
  });
}

TEST(AnyBreaker, IsReadAsItWasWritten) {
  for_any_walk([](const Breaker&, const Reply&, const Breaker& next, Instant) {
    EXPECT_EQ(parse_breaker(to_text(next)), next);
  });
}

}  // namespace
}  // namespace cb::model
