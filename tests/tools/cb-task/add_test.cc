#include "add.h"

#include <gmock/gmock.h>

#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::task {
namespace {

using cb::testing::kNow;
using ::testing::StartsWith;

class AddTest : public cb::testing::StoreTest {
 protected:
  state::ChangedTask add_task(const model::Task& given) {
    std::optional<state::ChangedTask> change;
    write([&] { change = cb::task::add(db(), {rules, handlers}, given, kNow); });
    return *change;
  }
  std::string refusal(const model::Task& given, Fault fault) {
    try {
      add_task(given);
      return "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), fault);
      return error.what();
    }
  }

  model::SourceRules rules = {.name = "local"};
  std::vector<model::Handler> handlers = {{.name = "work", .run = {"true"}}};
};

TEST_F(AddTest, ATaskIsStoredAndJudged) {
  const auto change = add_task({.name = {"local", "1"}, .title = "One"});

  EXPECT_FALSE(change.before);
  EXPECT_EQ(change.reason, "ready");
  EXPECT_EQ(task("1", "local").task.title, "One");
}

TEST_F(AddTest, ANameIsTakenOnce) {
  add_task({.name = {"local", "1"}, .title = "One"});

  EXPECT_EQ(refusal({.name = {"local", "1"}, .title = "Again"}, Fault::answer),
            "add local:1: there is already a task of that name");
}

TEST_F(AddTest, ANameOfATaskThatWasDoneIsTakenToo) {
  write([&] { state::remember(db(), {"local", "1"}, 0, {.is_done = true, .version = ""}, kNow); });

  EXPECT_EQ(refusal({.name = {"local", "1"}, .title = "Again"}, Fault::answer),
            "add local:1: a task of that name was done before");
}

TEST_F(AddTest, ACycleIsBadData) {
  EXPECT_THAT(
      refusal({.name = {"local", "1"}, .title = "One", .after = {{"local", "1"}}}, Fault::data),
      StartsWith("add local:1: its dependencies form a cycle: local:1 -> local:1"));
}

}  // namespace
}  // namespace cb::task
