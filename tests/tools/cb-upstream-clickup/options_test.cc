#include "options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace cb::upstream_clickup {
namespace {

using ::testing::ElementsAre;

std::string refusal(const std::string& options) {
  try {
    read_options(parse_json(options));
    return "taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::data);
    return error.what();
  }
}

TEST(Options, NeedAWorkspaceAndAPlace) {
  const Options options = read_options(parse_json(R"({"workspace":"9014","space":"11"})"));
  EXPECT_EQ(options.scope.workspace, "9014");
  EXPECT_EQ(options.scope.level, Level::space);
  EXPECT_THAT(options.scope.ids, ElementsAre("11"));
  EXPECT_EQ(options.token_env, "CB_CLICKUP_TOKEN");
  EXPECT_EQ(options.base_url, "https://api.clickup.com/api/v2");
  EXPECT_EQ(options.kind_field, "");
}

TEST(Options, AnIdMayBeANumberAndThereMayBeSeveral) {
  const Options options = read_options(parse_json(
      R"({"workspace":9014,"list":["901410000001",901410000002],"kind":"fields.Work Category"})"));
  EXPECT_EQ(options.scope.workspace, "9014");
  EXPECT_EQ(options.scope.level, Level::list);
  EXPECT_THAT(options.scope.ids, ElementsAre("901410000001", "901410000002"));
  EXPECT_EQ(options.kind_field, "Work Category");
}

TEST(Options, WhatIsWrongIsNamedWithItsPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"space":"1"})",
       "/options/workspace: missing: the number after app.clickup.com/ in a browser"},
      {R"({"workspace":"9"})", "/options/space: missing: give one of space, folder and list"},
      {R"({"workspace":"9","space":"1","list":"2"})",
       "/options/list: only one of space, folder and list may be given"},
      {R"({"workspace":"9","spaces":"1"})",
       "/options/spaces: unknown member \"spaces\"; did you mean \"space\"?"},
      {R"({"workspace":"9/..","space":"1"})",
       "/options/workspace: expected an id such as \"90140000011\", not \"9/..\""},
      {R"({"workspace":"9","space":[]})", "/options/space: must not be empty"},
      {R"({"workspace":"9","space":"1","token_file":"a","token_env":"B"})",
       "/options/token_env: only one of token_file and token_env may be given"},
      {R"({"workspace":"9","space":"1","kind":"Type"})",
       "/options/kind: expected \"type\" or \"fields.NAME\", not \"Type\""},
      {R"({"workspace":"9","space":"1","timeout":"soon"})",
       "/options/timeout: expected a duration such as \"30s\""},
      {R"({"workspace":"9","space":"1","reserve":"5"})",
       "/options/reserve: expected a number of requests"},
  };
  for (const auto& [options, line] : cases) EXPECT_EQ(refusal(options), line) << options;
}

TEST(Options, TheTokenGoesInClearToThisMachineOnly) {
  const auto url = [](const std::string& text) {
    return refusal(R"({"workspace":"9","space":"1","base_url":")" + text + "\"}");
  };
  for (const char* fine : {"https://x.example/api/v2/", "http://127.0.0.1:8080/api/v2",
                           "http://localhost/x", "http://[::1]:1/x"}) {
    EXPECT_EQ(url(fine), "taken") << fine;
  }
  for (const char* wrong :
       {"http://x.example", "http://127.0.0.1.x.example", "http://localhost:1@x.example/",
        "ftp://x", "x.example", "https://x.example/?a=", "https://user@x.example"}) {
    EXPECT_NE(url(wrong), "taken") << wrong;
  }
}

}  // namespace
}  // namespace cb::upstream_clickup
