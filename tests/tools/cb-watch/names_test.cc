#include "names.h"

#include <gtest/gtest.h>

namespace cb::watch {
namespace {

struct Case {
  const char* name;
  bool counts;
};

void expect(const NameRules& rules, std::initializer_list<Case> cases) {
  const Names names(rules);
  for (const auto& each : cases) EXPECT_EQ(names.counts(each.name), each.counts) << each.name;
}

TEST(Names, HiddenAndUnfinishedFilesDoNotCount) {
  expect({}, {{"report.csv", true},
              {"-rf", true},
              {"a\nb", true},
              {"\xff\xfe", true},
              {"part", true},
              {"x.tmpl", true},
              {"~x", true},
              {".hidden", false},
              {".", false},
              {"x~", false},
              {"x.part", false},
              {"x.PART", false},
              {"x.crdownload", false},
              {"x.tmp", false},
              {"x.partial", false},
              {"x.download", false},
              {"x.swp", false},
              {"", false}});
}

TEST(Names, AMatchSelects) {
  expect({.match = {"*.csv", "report-?.txt"}}, {{"a.csv", true},
                                                {"report-1.txt", true},
                                                {"report-10.txt", false},
                                                {"a.csv.part", false},
                                                {".a.csv", false},
                                                {"a.CSV", false}});
}

TEST(Names, AMatchMayAskForWhatIsHiddenOrUnfinished) {
  expect({.match = {".env*", "*"}}, {{".env", true}, {".other", false}, {"x", true}});
  expect({.match = {"*.part"}}, {{"x.part", true}, {"x.tmp", false}, {"x", false}});
}

TEST(Names, AnIgnoreTakesAway) {
  expect({.match = {"*.csv"}, .ignore = {"draft*"}},
         {{"a.csv", true}, {"draft.csv", false}, {"a.txt", false}});
}

TEST(Names, FoldersBelowCountOnlyWhenAskedFor) {
  expect({}, {{"sub/a", false}});
  expect({.recursive = true}, {{"sub/a", true},
                               {"sub/deep/a", true},
                               {".git/a", false},
                               {"sub/.git/a", false},
                               {"sub~/a", false},
                               {"sub/.a", false}});
}

TEST(Names, APatternWithASlashIsForThePathBelow) {
  expect({.match = {"in/*.csv"}, .recursive = true},
         {{"in/a.csv", true}, {"a.csv", false}, {"out/a.csv", false}});
  expect({.match = {"*.csv"}, .recursive = true}, {{"in/a.csv", true}});
  expect({.ignore = {"old/*"}, .recursive = true}, {{"old/a", false}, {"in/old/a", true}});
}

TEST(Names, IgnoredAndExcludedFoldersAreNotEntered) {
  const Names names(
      {.ignore = {"cache"}, .recursive = true, .excluded = {"processed", "a/failed"}});
  EXPECT_FALSE(names.enters("processed"));
  EXPECT_FALSE(names.enters("processed/deep"));
  EXPECT_FALSE(names.enters("a/failed"));
  EXPECT_FALSE(names.enters("b/cache"));
  EXPECT_TRUE(names.enters("a/processed"));
  EXPECT_TRUE(names.enters("failed"));
  EXPECT_FALSE(names.counts("processed/x"));
  EXPECT_TRUE(names.counts("processed.csv"));
}

TEST(Names, AreAskedForWithoutTheirFolders) {
  const Names flat({});
  EXPECT_FALSE(flat.interest().directory);
  const Names deep({.recursive = true});
  EXPECT_TRUE(deep.interest().directory("sub"));
  EXPECT_FALSE(deep.interest().directory(".git"));
  EXPECT_TRUE(deep.interest().file("sub/a"));
}

}  // namespace
}  // namespace cb::watch
