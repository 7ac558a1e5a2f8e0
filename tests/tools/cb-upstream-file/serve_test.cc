#include "serve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/text.h"
#include "os/file.h"
#include "support/temporary_directory.h"

namespace cb::upstream_file {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

const char* const kHello =
    R"({"op":"hello","protocol":1,"source":"board","options":{"path":"board.json"},"statuses":{}})";

class Serve : public ::testing::Test {
 protected:
  Serve() { os::write_file(dir_ / "board.json", R"({"tasks":[{"id":"1","title":"One"}]})"); }

  std::vector<std::string> ask(const std::vector<std::string>& requests) {
    FileTracker board({.directory = dir_.path(),
                       .home = dir_ / "home",
                       .now = [] { return Instant{}; },
                       .problem = [&](std::string_view line) { problems_.emplace_back(line); },
                       .patience = {.half_written = Duration{}}});
    std::istringstream in(join(requests, "\n"));
    std::ostringstream out;
    upstream::serve(in, out, board);
    std::istringstream printed(out.str());
    std::vector<std::string> lines;
    for (std::string line; std::getline(printed, line);) lines.push_back(line);
    return lines;
  }
  // The answer to `request` after a hello.
  std::string answer(const std::string& request) { return ask({kHello, request}).back(); }

  cb::testing::TemporaryDirectory dir_;
  std::vector<std::string> problems_;
};

std::string error(const std::string& kind, const std::string& message) {
  return to_line({{"ok", false}, {"error", {{"kind", kind}, {"message", message}}}});
}

TEST_F(Serve, HelloTellsWhatItCan) {
  EXPECT_THAT(
      ask({kHello}),
      ElementsAre(MatchesRegex(
          R"(\{"ok":true,"helper":"file","version":"[0-9.]+","can":\["list","get","set_status","comment","attach"\]\})")));
}

TEST_F(Serve, HelloMustComeFirst) {
  EXPECT_THAT(ask({R"({"op":"list","cursor":null})", kHello, R"({"op":"get","task":"1"})"}),
              ElementsAre(error("invalid", "list: hello must come first"),
                          HasSubstr(R"("ok":true)"), HasSubstr(R"("title":"One")")));
}

TEST_F(Serve, AListingEndsWithItsAnswer) {
  EXPECT_THAT(
      ask({kHello, R"({"op":"list","cursor":null})"}),
      ElementsAre(HasSubstr(R"("helper":"file")"),
                  StartsWith(R"({"task":{"id":"1","title":"One","version":")"),
                  MatchesRegex(R"(\{"ok":true,"cursor":".+","complete":true,"full":true\})")));
}

TEST_F(Serve, AListingWithAProblemIsIncompleteAndTellsPeople) {
  os::write_file(dir_ / "board.json", R"({"tasks":[{"id":"1"},{"id":"2","title":"Two"}]})");

  const auto lines = ask({kHello, R"({"op":"list","cursor":"old"})"});

  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[2], HasSubstr(R"("complete":false)"));
  EXPECT_THAT(problems_, ElementsAre("board.json: /tasks/0/title: missing"));
}

TEST_F(Serve, AnUnchangedCursorGetsAShortAnswer) {
  const auto listed = ask({kHello, R"({"op":"list","cursor":null})"});
  const Json cursor = parse_json(listed.back()).at("cursor");

  EXPECT_EQ(answer(to_line({{"op", "list"}, {"cursor", cursor}})),
            to_line({{"ok", true}, {"cursor", cursor}, {"complete", true}}));
}

TEST_F(Serve, ChangesAreAnsweredWithAVersion) {
  os::write_file(dir_ / "a", "x");
  for (const std::string& request :
       {std::string(R"({"op":"set_status","id":"o1","task":"1","status":"x","maybe_sent":false})"),
        std::string(R"({"op":"comment","id":"o2","task":"1","text":"x","maybe_sent":true})"),
        R"({"op":"attach","id":"o3","task":"1","name":"a","maybe_sent":false,"path":")" +
            (dir_ / "a") + "\"}"}) {
    EXPECT_THAT(answer(request), MatchesRegex(R"(\{"ok":true,"version":"[0-9]{19}"\})")) << request;
  }
  EXPECT_THAT(os::read_file(dir_ / "board.json").value(),
              HasSubstr(R"({"id":"o2","text":"x","at":"1970-01-01T00:00:00.000Z"})"));
}

TEST_F(Serve, WhatIsNoRequestIsInvalidAndItGoesOn) {
  for (const char* request :
       {"",
        "rubbish",
        "{",
        "[]",
        "7",
        "{}",
        R"({"op":7})",
        R"({"op":""})",
        R"({"op":"dance"})",
        R"({"op":"list","cursor":7})",
        R"({"op":"get"})",
        R"({"op":"get","task":7})",
        R"({"op":"get","task":""})",
        R"({"op":"set_status","id":"o","task":"1"})",
        R"({"op":"set_status","id":"o","status":"x"})",
        R"({"op":"set_status","task":"1","status":"x"})",
        R"({"op":"set_status","id":"o","task":"1","status":""})",
        R"({"op":"set_status","id":"o","task":"1","status":"x","maybe_sent":1})",
        R"({"op":"comment","id":"o","task":"1"})",
        R"({"op":"attach","id":"o","task":"1"})",
        R"({"op":"attach","id":"o","task":"1","path":"a"})",
        R"({"op":"attach","id":"o","task":"1","path":"a\u0000b","name":"a"})"}) {
    const auto lines = ask({kHello, request, R"({"op":"get","task":"1"})"});
    ASSERT_EQ(lines.size(), 3U) << request;
    EXPECT_THAT(lines[1], StartsWith(R"({"ok":false,"error":{"kind":"invalid","message":")"))
        << request;
    EXPECT_THAT(lines[2], HasSubstr("One")) << request;
  }
}

TEST_F(Serve, AnErrorNamesTheOperationAndTheCause) {
  EXPECT_EQ(answer(R"({"op":"get"})"), error("invalid", "get: no string \"task\""));
  EXPECT_EQ(answer(R"({"op":"dance"})"), error("invalid", "dance: no such operation"));
  EXPECT_THAT(answer("rubbish"), HasSubstr("read the request: line 1, column 1: "));
  EXPECT_EQ(answer(R"({"op":"get","task":"9"})"),
            error("not_found", "find task 9: not in board.json"));
}

TEST_F(Serve, AHelloThatDoesNotFitIsInvalid) {
  for (const char* hello :
       {R"({"op":"hello"})", R"({"op":"hello","protocol":2,"source":"b","options":{"path":"b"}})",
        R"({"op":"hello","protocol":1,"source":"b"})",
        R"({"op":"hello","protocol":1,"source":"b","options":{}})",
        R"({"op":"hello","protocol":1,"source":"b","options":{"path":7}})",
        R"({"op":"hello","protocol":1,"options":{"path":"b"}})"}) {
    EXPECT_THAT(ask({hello}).front(), HasSubstr(R"("kind":"invalid")")) << hello;
  }
  EXPECT_EQ(ask({R"({"op":"hello","protocol":1,"source":"b","options":{"pth":"b"}})"}).front(),
            error("invalid", R"(hello: /options/pth: unknown member "pth"; did you mean "path"?)"));
}

TEST_F(Serve, APathStartsAtTheDirectoryOrAtHome) {
  os::make_directories(dir_ / "home/x");
  os::write_file(dir_ / "home/x/b.json", R"({"tasks":[{"id":"7","title":"Seven"}]})");
  for (const std::string& path :
       {std::string("~/x/b.json"), std::string("home/x/b.json"), dir_ / "home/x/b.json"}) {
    const Json hello = {
        {"op", "hello"}, {"protocol", 1}, {"source", "board"}, {"options", {{"path", path}}}};
    EXPECT_THAT(ask({to_line(hello), R"({"op":"get","task":"7"})"}).back(), HasSubstr("Seven"))
        << path;
  }
}

TEST_F(Serve, AFailureOfTheMachineIsTransient) {
  os::remove_file(dir_ / "board.json");
  os::make_directory(dir_ / "board.json");

  EXPECT_THAT(answer(R"({"op":"list","cursor":null})"), HasSubstr(R"("kind":"transient")"));
}

}  // namespace
}  // namespace cb::upstream_file
