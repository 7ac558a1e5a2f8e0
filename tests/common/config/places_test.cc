// Where the configuration and the state are found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "config/config.h"
#include "os/file.h"

namespace cb::config {
namespace {

class Places : public testing::Test {
 protected:
  Places() {
    std::string pattern = testing::TempDir() + "cb-config-XXXXXX";
    home_ = mkdtemp(pattern.data());
    setenv("HOME", home_.c_str(), 1);
    for (const char* name :
         {"CB_CONFIG", "CB_STATE", "STATE_DIRECTORY", "XDG_CONFIG_HOME", "XDG_STATE_HOME"})
      unsetenv(name);
  }
  ~Places() override { os::remove_all(home_); }

  std::string write(const std::string& name, const std::string& text) {
    const std::string path = home_ + "/" + name;
    os::make_directories(os::parent_path(path));
    os::write_file(path, text);
    return path;
  }

  static std::string refusal(const std::optional<std::string>& given) {
    try {
      load(given);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::configuration);
      return error.what();
    }
    return "accepted";
  }

  std::string home_;
};
using ConfigFile = Places;
using StateDirectory = Places;

TEST_F(ConfigFile, TheOptionComesBeforeTheEnvironmentAndTheHomeDirectory) {
  const std::string option = write("o.json", R"({"exec": {"jobs": 5}})");
  const std::string variable = write("v.json", R"({"exec": {"jobs": 6}})");
  write(".config/cb/config.json", R"({"exec": {"jobs": 7}})");
  write("xdg/cb/config.json", R"({"exec": {"jobs": 8}})");

  EXPECT_EQ(load(std::nullopt).jobs, 7);
  setenv("XDG_CONFIG_HOME", (home_ + "/xdg").c_str(), 1);
  EXPECT_EQ(load(std::nullopt).jobs, 8);
  setenv("XDG_CONFIG_HOME", "relative", 1);
  EXPECT_EQ(load(std::nullopt).jobs, 7);
  setenv("CB_CONFIG", variable.c_str(), 1);
  EXPECT_EQ(load(std::nullopt).jobs, 6);
  EXPECT_EQ(load(option).jobs, 5);
}

TEST_F(ConfigFile, PathsStartAtItsDirectory) {
  write("sub/cb.json", R"({"handlers": {"h": {"run": ["./x"], "cwd": "~/work"}}})");

  const Config config = load("~/sub/cb.json");

  EXPECT_EQ(config.directory, home_ + "/sub");
  EXPECT_EQ(config.path, home_ + "/sub/cb.json");
  EXPECT_EQ(config.handlers.at(0).run.at(0), home_ + "/sub/x");
  EXPECT_EQ(config.handlers.at(0).cwd, home_ + "/work");
}

TEST_F(ConfigFile, NoneIsNeeded) {
  const Config config = load(std::nullopt);

  EXPECT_EQ(config.path, "");
  EXPECT_EQ(config.fingerprint, "");
  EXPECT_EQ(config.directory, os::working_directory());
}

TEST_F(ConfigFile, OneThatWasNamedMustExist) {
  EXPECT_EQ(refusal(home_ + "/none.json"), "read " + home_ + "/none.json: there is no such file");
  setenv("CB_CONFIG", (home_ + "/none").c_str(), 1);
  EXPECT_EQ(refusal(std::nullopt), "read " + home_ + "/none: there is no such file");
}

TEST_F(ConfigFile, WhatCannotBeReadIsRefusedInOneLine) {
  const std::string secret = write("secret.json", "{}");
  chmod(secret.c_str(), 0);

  EXPECT_THAT(refusal(home_), testing::StartsWith("read " + home_ + ": "));
  if (geteuid() != 0) {
    EXPECT_EQ(refusal(secret), "read " + secret + ": Permission denied");
  }
  EXPECT_EQ(refusal(write("empty.json", "")),
            home_ + "/empty.json: the file is empty; the least is {}");
  EXPECT_THAT(refusal(write("latin1.json", "{\"\xe9\": 1}")),
              testing::StartsWith(home_ + "/latin1.json: line 1, column "));
  EXPECT_THAT(refusal(write("bad.json", "{\n  \"exec\": {\"jobs\": 0}}")),
              testing::StartsWith(home_ + "/bad.json: /exec/jobs: "));
}

TEST_F(StateDirectory, TheOptionComesFirstThenTheEnvironmentThenTheHomeDirectory) {
  EXPECT_EQ(state_directory(std::nullopt), home_ + "/.local/state/cb");
  setenv("XDG_STATE_HOME", "/xdg", 1);
  EXPECT_EQ(state_directory(std::nullopt), "/xdg/cb");
  setenv("STATE_DIRECTORY", "/var/lib/a:/var/lib/b", 1);
  EXPECT_EQ(state_directory(std::nullopt), "/var/lib/a");
  setenv("CB_STATE", "~/s", 1);
  EXPECT_EQ(state_directory(std::nullopt), home_ + "/s");
  EXPECT_EQ(state_directory("/given"), "/given");
}

TEST_F(StateDirectory, IsAbsolute) {
  EXPECT_EQ(state_directory("given/../x"), os::working_directory() + "/x");
}

}  // namespace
}  // namespace cb::config
