#include "flow/breaker.h"

#include <gmock/gmock.h>

#include "common/flow/flow_fixture.h"
#include "flow/deliver.h"
#include "os/file.h"

namespace cb::flow {
namespace {

using model::Gate;
using ::testing::HasSubstr;
using Refusal = upstream::Kind;
using namespace std::chrono_literals;

class BreakerTest : public FlowTest {
 protected:
  upstream::Settings settings() {
    return {
        .source = "board", .argv = {}, .directory = {}, .environment = {}, .fingerprint = [this] {
          return shown;
        }};
  }
  void reply(std::optional<Refusal> kind, std::optional<Duration> retry_after = {},
             Asked asked = Asked::to_write) {
    std::optional<upstream::Failure> failure;
    if (kind) failure = {*kind, "no luck", retry_after};
    write([&] { note_reply(db(), settings(), failure, asked, now); });
  }
  Gate look() { return look_at_gate(db(), settings(), now).gate; }
  bool enter(Wanted wanted = Wanted::no) { return enter_gate(db(), settings(), now, wanted); }
  void fail(int times) {
    for (int i = 0; i < times; ++i) reply(Refusal::transient);
  }

  std::string shown = "token one";
};

TEST_F(BreakerTest, ASourceThatWasNeverAskedMayBe) { EXPECT_TRUE(enter()); }

TEST_F(BreakerTest, FailuresShutItForAllProcesses) {
  fail(4);
  EXPECT_TRUE(enter());
  fail(1);

  EXPECT_FALSE(enter());
  auto other = state::open_store(directory / "state", db::Access::write);
  EXPECT_FALSE(enter_gate(*other.db, settings(), now));
}

TEST_F(BreakerTest, OfManyProcessesOneGetsTheProbe) {
  fail(5);
  now += 1min;

  EXPECT_TRUE(enter());
  EXPECT_FALSE(enter());

  reply(std::nullopt);
  EXPECT_TRUE(enter());
}

TEST_F(BreakerTest, WhatAPersonNamesIsAskedAllTheSame) {
  fail(5);

  EXPECT_TRUE(enter(Wanted::yes));
  reply(std::nullopt);

  EXPECT_EQ(look(), Gate::pass);
}

TEST_F(BreakerTest, ARehearsalTakesNoProbeAndSaysWhyNobodyIsAsked) {
  fail(5);
  const auto why = [&] {
    return why_not_ask(db(), settings(), {.purpose = Purpose::rehearse}, now);
  };
  EXPECT_THAT(why().value_or(""), HasSubstr("board: left alone until "));

  now += 1min;
  EXPECT_FALSE(why());
  EXPECT_FALSE(why());
  EXPECT_TRUE(enter()) << "the probe is still there to be taken";
}

TEST_F(BreakerTest, ARefusedWriteSaysNothingOfTheSource) {
  for (const auto kind : {Refusal::not_found, Refusal::forbidden, Refusal::invalid})
    for (int i = 0; i < 5; ++i) reply(kind);

  EXPECT_EQ(look(), Gate::pass);
}

TEST_F(BreakerTest, ARetryAfterShutsItAtOnce) {
  reply(Refusal::rate_limited, 53s);
  EXPECT_EQ(look(), Gate::shut);

  now += 53s;
  EXPECT_EQ(look(), Gate::probe);
}

TEST_F(BreakerTest, AWrongTokenShutsItUntilItIsAnother) {
  reply(Refusal::unauthorized);
  now += 10000h;
  EXPECT_EQ(look(), Gate::shut);

  shown = "token two";
  EXPECT_TRUE(enter());
}

TEST_F(BreakerTest, AForbiddenListingIsLikeAWrongToken) {
  reply(Refusal::forbidden, {}, Asked::for_listing);

  EXPECT_EQ(look_at_gate(db(), settings(), now).breaker.cause, model::Breaker::Cause::refused);
}

TEST_F(BreakerTest, SaysHowLongAndWhy) {
  reply(Refusal::rate_limited, 53s);
  EXPECT_EQ(describe(state::load_breaker(db(), "board")),
            "left alone until 2027-01-15T08:00:53.000Z: no luck");

  reply(Refusal::unauthorized);
  EXPECT_EQ(describe(state::load_breaker(db(), "board")),
            "left alone until its token or the configuration changes: no luck");
}

TEST_F(BreakerTest, TheFingerprintFollowsTheTokenFileAndHoldsNoSecret) {
  const std::string secret = "pk_0123456789abcdef";
  os::write_file(directory / "token", secret);
  const auto config = config::parse(
      R"({"sources": {"board": {"upstream": ["x"], "options": {"token_file": "token"},
          "statuses": {"ready": "a", "running": "b", "succeeded": "c", "failed": "d"}}}})",
      "/c.json", directory.path(), directory.path());
  const auto of = [&](std::vector<std::string> environment) {
    return helper_settings(config, config.sources.front(), std::move(environment)).fingerprint;
  };
  const auto fingerprint = of({});
  const auto before = fingerprint();
  EXPECT_EQ(fingerprint(), before);

  os::replace_file(directory / "token", "pk_another", os::Sync::none);

  EXPECT_NE(fingerprint(), before);
  EXPECT_NE(of({"CB_CLICKUP_TOKEN=" + secret})(), fingerprint());
  EXPECT_THAT(of({"CB_CLICKUP_TOKEN=" + secret})(), ::testing::Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace cb::flow
