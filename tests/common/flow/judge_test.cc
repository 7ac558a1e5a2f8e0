#include "flow/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/temporary_directory.h"

namespace cb::flow {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Event = model::Ending::Event;
using model::Outcome;
using model::State;

class JudgeTest : public ::testing::Test {
 protected:
  JudgeTest() {
    run.id = "r1";
    std::filesystem::create_directories(layout.artifacts(run.id));
  }
  Judgement judge(const ProcessEnd& end) { return flow::judge(layout, run, end, 0); }
  void result(const std::string& text) { std::ofstream(layout.result(run.id)) << text; }
  void artifact(const std::string& name) {
    const auto path = std::filesystem::path(layout.artifacts(run.id)) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "x";
  }
  std::vector<std::string> names(const Judgement& judgement) {
    std::vector<std::string> found;
    for (const auto& attachment : judgement.attachments) found.push_back(attachment.name);
    return found;
  }

  cb::testing::TemporaryDirectory directory;
  state::Layout layout{directory.path()};
  state::RunRow run;
};

TEST_F(JudgeTest, TheExitCodeDecides) {
  const struct {
    int exit;
    Outcome outcome;
    State state;
  } cases[] = {
      {0, Outcome::succeeded, State::succeeded}, {1, Outcome::failed, State::ready},
      {64, Outcome::failed, State::failed},      {65, Outcome::failed, State::failed},
      {77, Outcome::failed, State::failed},      {78, Outcome::failed, State::failed},
      {75, Outcome::snoozed, State::ready},      {255, Outcome::failed, State::ready},
  };
  for (const auto& given : cases) {
    const auto judgement = judge({.exit = given.exit});
    EXPECT_EQ(judgement.conclusion.outcome, given.outcome) << given.exit;
    EXPECT_EQ(judgement.conclusion.state, given.state) << given.exit;
    EXPECT_EQ(judgement.run.exit, given.exit);
    EXPECT_EQ(judgement.run.outcome, given.outcome);
    EXPECT_FALSE(judgement.run.signal);
  }
}

TEST_F(JudgeTest, ASignalIsAFailure) {
  const auto judgement = judge({.signal = 11});

  EXPECT_EQ(judgement.conclusion.outcome, Outcome::failed);
  EXPECT_EQ(judgement.run.signal, 11);
  EXPECT_FALSE(judgement.run.exit);
}

TEST_F(JudgeTest, WhatWasDoneToTheCommandCountsMoreThanItsExit) {
  const struct {
    Event event;
    Outcome outcome;
  } cases[] = {
      {Event::timed_out, Outcome::timed_out},     {Event::canceled, Outcome::canceled},
      {Event::interrupted, Outcome::interrupted}, {Event::crashed, Outcome::crashed},
      {Event::shortage, Outcome::interrupted},    {Event::not_startable, Outcome::failed},
  };
  for (const auto& given : cases)
    EXPECT_EQ(judge({.event = given.event}).conclusion.outcome, given.outcome)
        << static_cast<int>(given.event);
}

TEST_F(JudgeTest, ACommandThatCouldNotBeStartedKeepsItsExitCode) {
  const auto judgement =
      judge({.exit = 127, .event = Event::not_startable, .message = "start x: not there"});

  EXPECT_EQ(judgement.conclusion.state, State::failed);
  EXPECT_EQ(judgement.run.exit, 127);
  EXPECT_THAT(judgement.run.message, HasSubstr("start x"));
}

TEST_F(JudgeTest, ASuccessWithoutADeclaredArtifactIsAFailure) {
  run.policy.artifacts = {"*.md", "*.pdf"};
  artifact("a.md");

  const auto judgement = judge({});

  EXPECT_EQ(judgement.conclusion.outcome, Outcome::failed);
  EXPECT_THAT(judgement.run.message, HasSubstr("*.pdf"));
  EXPECT_THAT(judgement.attachments, IsEmpty());
}

TEST_F(JudgeTest, DeclaredArtifactsAreAttachedOnce) {
  run.policy.artifacts = {"*.md", "a*"};
  artifact("b.md");
  artifact("a.md");
  artifact("other.txt");

  const auto judgement = judge({});

  EXPECT_EQ(judgement.conclusion.outcome, Outcome::succeeded);
  EXPECT_THAT(names(judgement), ::testing::UnorderedElementsAre("a.md", "b.md"));
  EXPECT_TRUE(judgement.attachments[0].path.starts_with(directory.path() + "/"));
}

TEST_F(JudgeTest, NothingIsAttachedOfWhatWasNotDeclared) {
  artifact("a.md");

  EXPECT_THAT(judge({}).attachments, IsEmpty());
}

TEST_F(JudgeTest, ArtifactsThatTheResultNamesAreAttached) {
  result(R"({"artifacts": ["sub/a.md"]})");
  artifact("sub/a.md");

  EXPECT_THAT(names(judge({})), ::testing::ElementsAre("a.md"));
}

TEST_F(JudgeTest, ArtifactsOutsideOfTheirDirectoryAreRefused) {
  std::ofstream(directory / "secret") << "x";
  std::filesystem::create_symlink(directory / "secret", layout.artifacts("r1") + "/link");
  for (const char* path : {"../../../secret", "/etc/passwd", "a/../../x", "link", ".."}) {
    result(to_line(Json{{"artifacts", {path}}}));

    const auto judgement = judge({});

    EXPECT_EQ(judgement.conclusion.outcome, Outcome::failed) << path;
    EXPECT_THAT(judgement.attachments, IsEmpty()) << path;
  }
}

TEST_F(JudgeTest, ALinkIsNoDeclaredArtifact) {
  run.policy.artifacts = {"*"};
  std::filesystem::create_symlink("/etc/passwd", layout.artifacts("r1") + "/a");

  EXPECT_EQ(judge({}).conclusion.outcome, Outcome::failed);
}

TEST_F(JudgeTest, ANamedArtifactThatIsNotThereIsAFailure) {
  result(R"({"artifacts": ["a.md"]})");

  EXPECT_THAT(judge({}).run.message, HasSubstr("a.md"));
}

TEST_F(JudgeTest, AMalformedResultIsAFailureThatSaysWhere) {
  result("{\"outcome\": \"suceeded\"}");

  const auto judgement = judge({});

  EXPECT_EQ(judgement.conclusion.outcome, Outcome::failed);
  EXPECT_THAT(judgement.run.message, HasSubstr("result.json"));
  EXPECT_THAT(judgement.run.message, HasSubstr("/outcome"));
}

TEST_F(JudgeTest, ADirectoryIsNoResult) {
  std::filesystem::create_directory(layout.result("r1"));

  EXPECT_EQ(judge({}).conclusion.outcome, Outcome::failed);
}

TEST_F(JudgeTest, TheResultSpeaksOfCostAndUpstream) {
  result(R"({"cost": {"usd": 0.31}, "upstream": {"status": "review", "comment": "look"},
             "data": {"links": 3}})");

  const auto judgement = judge({});

  EXPECT_EQ(judgement.run.cost_usd, 0.31);
  EXPECT_EQ(judgement.run.data, R"({"links":3})");
  EXPECT_EQ(judgement.upstream_status, "review");
  EXPECT_EQ(judgement.upstream_comment, "look");
}

TEST_F(JudgeTest, TheResultOfAKilledCommandIsNotBelieved) {
  result(R"({"outcome": "succeeded"})");

  EXPECT_EQ(judge({.event = Event::timed_out}).conclusion.outcome, Outcome::timed_out);
}

TEST(Jitter, StaysWithinOne) {
  for (int i = 0; i < 1000; ++i) {
    const auto jitter = random_jitter();
    EXPECT_GE(jitter, -1);
    EXPECT_LE(jitter, 1);
  }
}

}  // namespace
}  // namespace cb::flow
