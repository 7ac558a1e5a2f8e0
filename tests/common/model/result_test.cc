#include <gtest/gtest.h>

#include "model/outcome.h"

namespace cb::model {
namespace {

using namespace std::chrono_literals;

std::string refused_result(std::string_view text) {
  const auto result = read_result(text);
  const auto* problem = std::get_if<Problem>(&result);
  return problem == nullptr ? "accepted" : problem->line;
}

TEST(ReadResult, ReadsEveryMember) {
  const auto result = read_result(R"({"outcome":"retry","message":"quota","retry_after":"10m",
      "cost":{"usd":0.31},"artifacts":["a.md","sub/b.md"],
      "upstream":{"status":"done","comment":"see\nbelow"},"data":{"links":[1,2]}})");

  EXPECT_EQ(std::get<Result>(result), (Result{.outcome = Result::Verdict::retry,
                                              .message = "quota",
                                              .retry_after = 10min,
                                              .cost_usd = 0.31,
                                              .artifacts = {"a.md", "sub/b.md"},
                                              .upstream_status = "done",
                                              .upstream_comment = "see\nbelow",
                                              .data = R"({"links":[1,2]})"}));
}

TEST(ReadResult, EveryMemberMayBeLeftOut) {
  EXPECT_EQ(std::get<Result>(read_result("{}")), Result{});
  EXPECT_EQ(std::get<Result>(
                read_result(R"({"outcome":null,"message":null,"retry_after":null,"cost":null,)"
                            R"("artifacts":null,"upstream":null,"data":null})")),
            Result{});
  EXPECT_EQ(std::get<Result>(read_result(R"({"cost":{},"upstream":{}})")), Result{});
}

TEST(ReadResult, KnowsEveryOutcome) {
  using Verdict = Result::Verdict;
  const std::pair<const char*, Verdict> cases[] = {{"succeeded", Verdict::succeeded},
                                                   {"failed", Verdict::failed},
                                                   {"retry", Verdict::retry},
                                                   {"snooze", Verdict::snooze}};
  for (const auto& [word, verdict] : cases) {
    const auto result = read_result(R"({"outcome":")" + std::string(word) + "\"}");
    EXPECT_EQ(std::get<Result>(result).outcome, verdict) << word;
  }
}

TEST(ReadResult, SaysWhatIsWrongAndWhere) {
  const struct {
    const char *text, *problem;
  } cases[] = {
      {"[]", "not an object but array"},
      {"{\"outcome\":\n\"retry\"",
       "line 2, column 8: expected ',' or '}', found the end of the text"},
      {R"({"outcom":"retry"})", "/outcom: unknown member \"outcom\"; did you mean \"outcome\"?"},
      {R"({"outcome":"done"})", "/outcome: not succeeded, failed, retry or snooze"},
      {R"({"outcome":""})", "/outcome: not succeeded, failed, retry or snooze"},
      {R"({"outcome":1})", "/outcome: not a string but number"},
      {R"({"message":["x"]})", "/message: not a string but array"},
      {R"({"retry_after":"soon"})", "/retry_after: not a duration such as \"5m\""},
      {R"({"retry_after":300})", "/retry_after: not a string but number"},
      {R"({"cost":0.5})", "/cost: not an object but number"},
      {R"({"cost":{"eur":1}})", "/cost/eur: unknown member \"eur\""},
      {R"({"cost":{"usd":-1}})", "/cost/usd: not a number of at least 0"},
      {R"({"cost":{"usd":"1"}})", "/cost/usd: not a number of at least 0"},
      {R"({"artifacts":"a.md"})", "/artifacts: not an array but string"},
      {R"({"artifacts":[1]})", "/artifacts: not a relative path without \"..\": 1"},
      {R"({"upstream":"done"})", "/upstream: not an object but string"},
      {R"({"upstream":{"state":"x"}})",
       "/upstream/state: unknown member \"state\"; did you mean \"status\"?"},
      {R"({"upstream":{"status":1}})", "/upstream/status: not a string but number"},
  };
  for (const auto& each : cases) EXPECT_EQ(refused_result(each.text), each.problem) << each.text;
}

TEST(ReadResult, NoArtifactLeavesItsDirectory) {
  for (const char* path : {"", "/etc/passwd", "..", "../x", "a/../../x", "a/..", "a\\u0000b"}) {
    const std::string line = refused_result(R"({"artifacts":[")" + std::string(path) + "\"]}");
    EXPECT_TRUE(line.starts_with("/artifacts: not a relative path")) << path << " " << line;
  }
  for (const char* path : {"a", "a/b", "..a", "a..", ".hidden", "a/.../b", "-x"}) {
    EXPECT_EQ(refused_result(R"({"artifacts":[")" + std::string(path) + "\"]}"), "accepted")
        << path;
  }
}

}  // namespace
}  // namespace cb::model
