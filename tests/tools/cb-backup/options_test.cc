#include "options.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "shelf.h"

namespace cb::backup {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

std::optional<Options> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "cb-backup");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

TEST(BackupOptions, CreateIsTheDefault) {
  EXPECT_EQ(parse({})->command, Command::create);
  EXPECT_EQ(parse({"--dest", "/b", "create"})->dest, "/b");
  EXPECT_EQ(parse({"create", "--dest", "/b"})->dest, "/b");
  EXPECT_TRUE(parse({"--full"})->full);
  EXPECT_THAT(parse({"--to-command", "--", "cat", "{file}"})->to_command,
              Optional(ElementsAre("cat", "{file}")));
}

TEST(BackupOptions, WhatFollowsTheDashesIsTheCommand) {
  const auto options = parse({"create", "--to-command", "--", "scp", "-r", "{dir}", "host:"});

  EXPECT_THAT(options->to_command, Optional(ElementsAre("scp", "-r", "{dir}", "host:")));
}

TEST(BackupOptions, OfMeaninglessCallsAreRefused) {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"create", "--to-command"},
                                             {"create", "--to-command", "--"},
                                             {"create", "--", "scp"},
                                             {"verify", "--all", "20261122T230500Z-4f9c2e"},
                                             {"restor"},
                                             {"list", "--full"},
                                             {"--timeout", "1h", "verify"},
                                             {"verify", "-n"},
                                             {"create", "--timeout", "soon"}})
    EXPECT_THROW(parse(words), Error) << words.back();
}

TEST(BackupId, TellsItsTime) {
  const auto now = parse_rfc3339("2026-11-22T23:05:00.999Z").value();
  EXPECT_EQ(time_of(new_backup_id(now)), parse_rfc3339("2026-11-22T23:05:00Z"));
  for (const char* other : {"", ".", "20261122T230500Z", "20261122T230500Z-4f9c2", "schema-1.db",
                            "20261122T230500Z-4f9c2G", "20261322T230500Z-4f9c2e",
                            ".tmp-20261122T230500Z-4f9c2e", "20261122T230500Z/4f9c2e"})
    EXPECT_FALSE(time_of(other)) << other;
}

}  // namespace
}  // namespace cb::backup
