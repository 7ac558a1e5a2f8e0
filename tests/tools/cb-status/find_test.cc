#include "find.h"

#include <gtest/gtest.h>

#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::status {
namespace {

using testing::kNow;

class Find : public testing::StoreTest {
 protected:
  std::string refusal(const std::string& text, Fault fault = Fault::answer) {
    try {
      find_named(db(), text);
      return "found";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), fault);
      return error.what();
    }
  }
};

TEST_F(Find, NameOrIdAlone) {
  add({.id = "86a1"});

  EXPECT_EQ(find_named(db(), "86a1").task.name.id, "86a1");
  EXPECT_EQ(find_named(db(), "board:86a1").task.name.id, "86a1");
}

TEST_F(Find, AmbiguousIdIsAWrongArgument) {
  add({.id = "1"});
  add({.id = "1", .source = "crm"});

  EXPECT_EQ(refusal("1", Fault::usage), "task 1 is in several sources: board:1, crm:1");
}

TEST_F(Find, UnknownOneIsCorrected) {
  add({.id = "release"});

  EXPECT_EQ(refusal("relase"), "no such task: relase; did you mean release?");
  EXPECT_EQ(refusal("bord:release"), "no such task: bord:release; did you mean board:release?");
  EXPECT_EQ(refusal("lsit"), "no such task: lsit; did you mean list?");
  EXPECT_EQ(refusal("quite-another"), "no such task: quite-another");
}

TEST_F(Find, ForgottenOneIsRemembered) {
  add({.id = "a"});
  add({.id = "b"});
  run_to_end("a", "r1", testing::success());
  for (const auto* id : {"a", "b"}) write([&] { state::forget_task(db(), task(id), kNow); });

  EXPECT_EQ(refusal("board:a"), "no such task: board:a; it is no longer stored, and was done");
  EXPECT_EQ(refusal("board:b"), "no such task: board:b; it is no longer stored");
}

TEST_F(Find, OthersAreVisitedWhenOneIsMissing) {
  add({.id = "a"});
  Options options;
  options.tasks = {"missing", "a"};
  std::vector<std::string> visited;

  ::testing::internal::CaptureStderr();
  const auto code = for_each_named(
      db(), options, [&](const state::TaskRow& row) { visited.push_back(row.task.name.id); });

  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "cb-status: no such task: missing\n");
  EXPECT_EQ(code, 1);
  EXPECT_EQ(visited, std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace cb::status
