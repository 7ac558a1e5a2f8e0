#include "errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cb::upstream_clickup {
namespace {

using upstream::Kind;

std::string body(const std::string& code) { return R"({"err":"text","ECODE":")" + code + "\"}"; }

Kind kind(int status, const std::string& text, Effect effect = Effect::none) {
  const auto failure = classify(status, text, effect, "try");
  return failure ? failure->kind : Kind::broken;
}

TEST(Errors, EachResponseHasItsClass) {
  struct Case {
    int status;
    std::string body;
    Kind kind;
  };
  const std::string html = "<html><body>504 Gateway Time-out</body></html>";
  const Case cases[] = {
      {429, body("APP_002"), Kind::rate_limited},
      {429, html, Kind::rate_limited},
      {400, body("APP_002"), Kind::rate_limited},
      {500, body("app_002"), Kind::rate_limited},
      {401, body("OAUTH_017"), Kind::unauthorized},
      {401, body("OAUTH_018"), Kind::unauthorized},
      {401, body("OAUTH_019"), Kind::unauthorized},
      {401, body("OAUTH_025"), Kind::unauthorized},
      {401, body("OAUTH_028"), Kind::unauthorized},
      {401, body("OAUTH_046"), Kind::unauthorized},
      {401, body("OAUTH_14"), Kind::unauthorized},
      {401, body(""), Kind::unauthorized},
      {401, html, Kind::unauthorized},
      {401, body("OAUTH_023"), Kind::not_found},
      {401, body("OAUTH_026"), Kind::not_found},
      {401, body("OAUTH_027"), Kind::not_found},
      {401, body("OAUTH_029"), Kind::not_found},
      {401, body("OAUTH_037"), Kind::not_found},
      {401, body("OAUTH_045"), Kind::not_found},
      {403, body("ACCESS_083"), Kind::forbidden},
      {404, body("ITEM_013"), Kind::not_found},
      {404, body("ACCESS_118"), Kind::not_found},
      {404, html, Kind::not_found},
      {400, body("CRTSK_001"), Kind::invalid},
      {400, html, Kind::invalid},
      {413, "", Kind::invalid},
      {422, "", Kind::invalid},
      {407, html, Kind::transient},
      {408, "", Kind::transient},
      {500, body("ITEMV2_003"), Kind::transient},
      {502, html, Kind::transient},
      {503, "", Kind::transient},
      {504, html, Kind::transient},
      {302, "", Kind::transient},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(kind(each.status, each.body), each.kind) << each.status << " " << each.body;
  }
}

TEST(Errors, AWriteThatAServerFailedAtMayHaveBeenDone) {
  for (const int status : {500, 502, 503, 504, 302}) {
    EXPECT_EQ(kind(status, "", Effect::write), Kind::unknown_outcome) << status;
  }
  for (const int status : {400, 401, 403, 404, 429}) {
    EXPECT_EQ(kind(status, "", Effect::write), kind(status, "")) << status;
  }
}

TEST(Errors, SuccessIsNoFailure) {
  EXPECT_FALSE(classify(200, "{}", Effect::none, "try"));
  EXPECT_FALSE(classify(204, "", Effect::write, "try"));
}

TEST(Errors, AMessageIsOneShortPrintableLine) {
  EXPECT_EQ(classify(400, body("CRTSK_001"), Effect::none, "try")->message,
            "try: HTTP 400, text (CRTSK_001)");
  EXPECT_EQ(classify(504, "<html>\n\x1b[2J</html>", Effect::none, "try")->message, "try: HTTP 504");
  const std::string text(5000, 'x');
  EXPECT_LT(classify(400, R"({"err":")" + text + R"(\n"})", Effect::none, "try")->message.size(),
            350U);
}

}  // namespace
}  // namespace cb::upstream_clickup
