#include "model/breaker.h"

#include <gtest/gtest.h>

namespace cb::model {
namespace {

using namespace std::chrono_literals;
using Kind = Reply::Kind;

const Instant kT = from_millis(1'800'000'000'000);

Breaker fed(std::initializer_list<Kind> kinds, Instant now = kT, Breaker breaker = {}) {
  for (const auto kind : kinds)
    breaker = after(breaker, {.kind = kind, .message = "it failed"}, "one", now, 0);
  return breaker;
}

Breaker open_one() {
  return fed({Kind::failed, Kind::failed, Kind::failed, Kind::failed, Kind::failed});
}

TEST(Breaker, OpensWhenMoreThanHalfOfAtLeastFiveFailed) {
  EXPECT_FALSE(fed({Kind::failed, Kind::failed, Kind::failed, Kind::failed}).is_open());
  EXPECT_TRUE(open_one().is_open());
  EXPECT_FALSE(fed({Kind::answered, Kind::answered, Kind::answered, Kind::failed, Kind::failed,
                    Kind::failed})
                   .is_open());
  EXPECT_TRUE(fed({Kind::answered, Kind::answered, Kind::answered, Kind::failed, Kind::failed,
                   Kind::failed, Kind::failed})
                  .is_open());
}

TEST(Breaker, FailuresThatAreFarApartDoNotOpenIt) {
  Breaker breaker;
  for (int i = 0; i < 100; ++i) breaker = fed({Kind::failed}, kT + i * 16s, breaker);
  EXPECT_FALSE(breaker.is_open());
}

TEST(Breaker, AHelperThatIsBrokenTwiceOpensIt) {
  EXPECT_FALSE(fed({Kind::broken}).is_open());
  EXPECT_FALSE(fed({Kind::broken, Kind::answered, Kind::broken}).is_open());
  EXPECT_TRUE(fed({Kind::broken}, kT + 1h, fed({Kind::broken})).is_open());
}

TEST(Breaker, WhileItIsOpenNobodyAsks) {
  const auto breaker = open_one();
  EXPECT_EQ(gate(breaker, "one", kT), Gate::shut);
  EXPECT_EQ(gate(breaker, "one", kT + 5s - 1ms), Gate::shut);
  EXPECT_EQ(breaker.opens_until(), kT + 5s);
  EXPECT_EQ(breaker.reason, "it failed");
}

TEST(Breaker, ThenOneAsksAndTheOthersWaitForItsAnswer) {
  const auto breaker = open_one();
  ASSERT_EQ(gate(breaker, "one", kT + 5s), Gate::probe);

  const auto probing = begin_probe(breaker, kT + 5s);

  EXPECT_EQ(gate(probing, "one", kT + 6s), Gate::shut);
  EXPECT_EQ(gate(probing, "one", kT + 5s + 2min), Gate::probe) << "it died";
}

TEST(Breaker, TheAnswerToTheProbeClosesIt) {
  const auto breaker = fed({Kind::answered}, kT + 6s, begin_probe(open_one(), kT + 5s));
  EXPECT_EQ(breaker, Breaker{});
}

TEST(Breaker, AProbeThatFailsOpensItForLonger) {
  auto breaker = open_one();
  Instant now = kT;
  for (const auto wait : {10s, 20s, 40s}) {
    now = *breaker.opens_until();
    breaker = fed({Kind::failed}, now, begin_probe(breaker, now));
    EXPECT_EQ(*breaker.opens_until() - now, wait);
  }
  for (int i = 0; i < 50; ++i) breaker = fed({Kind::failed}, now, begin_probe(breaker, now));
  EXPECT_EQ(breaker.wait, 30min);
}

TEST(Breaker, ALateAnswerChangesNothingWhileItIsOpen) {
  const auto breaker = open_one();
  EXPECT_EQ(fed({Kind::answered}, kT + 1s, breaker), breaker);
  EXPECT_EQ(fed({Kind::failed}, kT + 1s, breaker), breaker);
}

TEST(Breaker, WhoAsksForPatienceGetsIt) {
  const auto breaker = after({}, {.kind = Kind::asked, .patience = 90s}, "one", kT, 0);
  EXPECT_EQ(gate(breaker, "one", kT + 89s), Gate::shut);
  EXPECT_EQ(gate(breaker, "two", kT + 89s), Gate::shut);
  EXPECT_EQ(gate(breaker, "one", kT + 90s), Gate::probe);

  EXPECT_EQ(after({}, {.kind = Kind::asked}, "one", kT, 0).wait, 1min);
  EXPECT_EQ(after({}, {.kind = Kind::asked, .patience = 10000h}, "one", kT, 0).wait, 24h);
}

TEST(Breaker, WhoIsNotLetInWaitsUntilItShowsSomethingElse) {
  const auto breaker = fed({Kind::refused});
  EXPECT_EQ(gate(breaker, "one", kT + 10000h), Gate::shut);
  EXPECT_EQ(gate(breaker, "two", kT), Gate::probe);
  EXPECT_FALSE(breaker.opens_until());

  const auto let_in = after(begin_probe(breaker, kT), {}, "two", kT, 0);
  EXPECT_EQ(gate(let_in, "one", kT), Gate::pass);
}

TEST(Breaker, AClockThatIsSetBackNeverKeepsItShut) {
  EXPECT_EQ(gate(open_one(), "one", kT - 1h), Gate::probe);
  EXPECT_EQ(gate(begin_probe(open_one(), kT + 5s), "one", kT - 1h), Gate::probe);

  auto breaker = fed({Kind::failed, Kind::failed, Kind::failed, Kind::failed});
  EXPECT_FALSE(fed({Kind::failed}, kT - 1h, breaker).is_open());
}

TEST(Breaker, IsReadAsItWasWritten) {
  const Breaker all[] = {{},
                         fed({Kind::failed}),
                         fed({Kind::broken}),
                         open_one(),
                         begin_probe(open_one(), kT + 5s),
                         fed({Kind::refused}),
                         after({}, {.kind = Kind::asked, .patience = 90s}, "one", kT, 0)};
  for (const auto& breaker : all) EXPECT_EQ(parse_breaker(to_text(breaker)), breaker);
  EXPECT_EQ(to_text({}), "");
}

TEST(Breaker, WhatCannotBeReadIsClosed) {
  for (const auto* text : {"", "x", "{}", "[1]", R"({"since":"x"})"})
    EXPECT_EQ(parse_breaker(text), Breaker{}) << text;
}

}  // namespace
}  // namespace cb::model
