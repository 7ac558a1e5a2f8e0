#include "upstream/protocol.h"

#include <gtest/gtest.h>

namespace cb::upstream {
namespace {

Answer read(const char* line, std::string_view op = "set_status") {
  return read_answer(parse_json(line), op);
}

TEST(Protocol, RequestsAreTheLinesOfTheSpecification) {
  EXPECT_EQ(
      to_line(hello_request("board", {{"path", "b.json"}}, Json::object())),
      R"({"op":"hello","protocol":1,"source":"board","options":{"path":"b.json"},"statuses":{}})");
  EXPECT_EQ(to_line(list_request(std::nullopt)), R"({"op":"list","cursor":null})");
  EXPECT_EQ(to_line(list_request("c1")), R"({"op":"list","cursor":"c1"})");
  EXPECT_EQ(to_line(get_request("86a1")), R"({"op":"get","task":"86a1"})");
  EXPECT_EQ(
      to_line(to_request(SetStatus{"op-1", "86a1", "in progress", false})),
      R"({"op":"set_status","id":"op-1","task":"86a1","status":"in progress","maybe_sent":false})");
  EXPECT_EQ(to_line(to_request(Comment{"op-2", "86a1", "done", true})),
            R"({"op":"comment","id":"op-2","task":"86a1","text":"done","maybe_sent":true})");
  EXPECT_EQ(
      to_line(to_request(Attach{"op-3", "86a1", "/x/a.docx", "a.docx", false})),
      R"({"op":"attach","id":"op-3","task":"86a1","path":"/x/a.docx","name":"a.docx","maybe_sent":false})");
}

TEST(Protocol, KindsAreReadBackFromTheirNames) {
  for (const Kind kind : {Kind::transient, Kind::rate_limited, Kind::unauthorized, Kind::forbidden,
                          Kind::not_found, Kind::invalid, Kind::unknown_outcome, Kind::broken}) {
    EXPECT_EQ(parse_kind(to_string(kind)), kind);
  }
  EXPECT_EQ(parse_kind("Transient"), std::nullopt);
}

TEST(Protocol, ASuccessKeepsItsMembers) {
  const Answer answer = read(R"({"ok":true,"cursor":"c1","complete":true,"new":1})", "list");

  ASSERT_FALSE(answer.failure);
  EXPECT_EQ(answer.body.at("cursor"), "c1");
  EXPECT_EQ(answer.body.at("complete"), true);
}

TEST(Protocol, AFailureSaysWhatItIsAndWhenToTryAgain) {
  const Answer answer = read(
      R"({"ok":false,"error":{"kind":"rate_limited","message":"slow\ndown","retry_after_ms":53000}})");

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->kind, Kind::rate_limited);
  EXPECT_EQ(answer.failure->message,
            "slow\xEF\xBF\xBD"
            "down");
  EXPECT_EQ(answer.failure->retry_after, Duration(53000));
}

TEST(Protocol, AnAbsurdRetryTimeIsCutToAMonth) {
  const Answer answer = read(
      R"({"ok":false,"error":{"kind":"transient","message":"x","retry_after_ms":9000000000000000000}})");

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->retry_after, std::chrono::days(30));
}

TEST(Protocol, WhatIsNotAnAnswerIsBrokenAndQuoted) {
  for (const char* line :
       {"[]", "7", "\"ok\"", "{}", R"({"ok":1})", R"({"ok":"true"})", R"({"ok":false})",
        R"({"ok":false,"error":"no"})", R"({"ok":false,"error":{"message":"x"}})",
        R"({"ok":false,"error":{"kind":"odd","message":"x"}})",
        R"({"ok":false,"error":{"kind":3,"message":"x"}})",
        R"({"ok":false,"error":{"kind":"transient"}})",
        R"({"ok":false,"error":{"kind":"transient","message":7}})",
        R"({"ok":false,"error":{"kind":"transient","message":"x","retry_after_ms":-1}})",
        R"({"ok":false,"error":{"kind":"transient","message":"x","retry_after_ms":1.5}})",
        R"({"ok":true,"version":7})"}) {
    const Answer answer = read(line);
    ASSERT_TRUE(answer.failure) << line;
    EXPECT_EQ(answer.failure->kind, Kind::broken) << line;
    EXPECT_NE(answer.failure->message.find("printed " + std::string(line).substr(0, 20)),
              std::string::npos)
        << answer.failure->message;
  }
}

struct Shape {
  const char* op;
  const char* line;
  bool is_right;
};

TEST(Protocol, EachOperationHasItsOwnAnswer) {
  for (const Shape& shape : std::initializer_list<Shape>{
           {"hello", R"({"ok":true,"can":["list"]})", true},
           {"hello", R"({"ok":true,"can":[]})", true},
           {"hello", R"({"ok":true})", false},
           {"hello", R"({"ok":true,"can":"list"})", false},
           {"hello", R"({"ok":true,"can":[1]})", false},
           {"list", R"({"ok":true,"cursor":null,"complete":false})", true},
           {"list", R"({"ok":true,"complete":true,"full":true})", true},
           {"list", R"({"ok":true,"cursor":"c"})", false},
           {"list", R"({"ok":true,"cursor":7,"complete":true})", false},
           {"list", R"({"ok":true,"complete":"yes"})", false},
           {"list", R"({"ok":true,"complete":true,"full":1})", false},
           {"get", R"({"ok":true,"task":{"id":"1"}})", true},
           {"get", R"({"ok":true})", false},
           {"get", R"({"ok":true,"task":"1"})", false},
           {"comment", R"({"ok":true})", true},
           {"attach", R"({"ok":true,"version":"v"})", true},
       }) {
    EXPECT_EQ(!read(shape.line, shape.op).failure, shape.is_right) << shape.op << " " << shape.line;
  }
}

TEST(Protocol, AQuotedAnswerIsShortAndPrintable) {
  const Answer answer = read_answer(Json{{"x", "\x1b[31m" + std::string(5000, 'a')}}, "get");

  ASSERT_TRUE(answer.failure);
  EXPECT_LT(answer.failure->message.size(), 300U);
  EXPECT_EQ(answer.failure->message.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace cb::upstream
