#include "token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"
#include "os/file.h"
#include "support/temporary_directory.h"

namespace cb::upstream_clickup {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TokenTest : public ::testing::Test {
 protected:
  Options from_file(const std::string& path) {
    Options options;
    options.token_file = path;
    return options;
  }
  std::string read(const Options& options) {
    return read_token(options, {.directory = dir_.path(), .home = dir_ / "home"});
  }
  std::string refusal(const Options& options) {
    try {
      return "taken: " + read(options);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::configuration);
      return error.what();
    }
  }

  cb::testing::TemporaryDirectory dir_;
};

TEST_F(TokenTest, IsReadFromAPrivateFile) {
  os::write_file(dir_ / "token", "  pk_1_ABC\r\n");  // made for the owner only

  EXPECT_EQ(read(from_file("token")), "pk_1_ABC");
}

TEST_F(TokenTest, AFileThatOthersMayReadIsRefusedWithTheRemedy) {
  os::write_file(dir_ / "token", "pk_1_SECRET");
  ASSERT_EQ(std::system(("chmod 640 " + (dir_ / "token")).c_str()), 0);

  const std::string line = refusal(from_file("token"));

  EXPECT_EQ(line, "read token " + (dir_ / "token") + ": others may read it; run: chmod 600 " +
                      (dir_ / "token"));
}

TEST_F(TokenTest, WhatIsNoTokenIsRefusedWithoutShowingIt) {
  for (const char* text : {"", "\n", "pk_1_SECRET pk_2", "pk_1_SECRET\npk_2", "pk_1_SECRET\x01"}) {
    os::write_file(dir_ / "token", text);
    EXPECT_THAT(refusal(from_file("token")), HasSubstr("read token: the file ")) << text;
    EXPECT_THAT(refusal(from_file("token")), Not(HasSubstr("SECRET"))) << text;
  }
  EXPECT_THAT(refusal(from_file("nothing")), HasSubstr("nothing: no such file"));
  EXPECT_THAT(refusal(from_file(".")), HasSubstr("read token"));
}

TEST_F(TokenTest, IsReadFromAVariable) {
  Options options;
  options.token_env = "CB_TEST_TOKEN";
  unsetenv("CB_TEST_TOKEN");
  EXPECT_EQ(refusal(options), "read token: the variable CB_TEST_TOKEN is not set");
  setenv("CB_TEST_TOKEN", "pk_2_X", 1);
  EXPECT_EQ(read(options), "pk_2_X");
}

TEST(Token, OnlyAPersonalOneIsSentAsItIs) {
  EXPECT_EQ(authorization("pk_1_ABC"), "pk_1_ABC");
  EXPECT_EQ(authorization("1234_abc"), "Bearer 1234_abc");
}

TEST(Token, IsTakenOutOfText) {
  EXPECT_EQ(without_token("a pk_1 b pk_1", "pk_1"), "a (token) b (token)");
  EXPECT_EQ(without_token("a", ""), "a");
}

}  // namespace
}  // namespace cb::upstream_clickup
