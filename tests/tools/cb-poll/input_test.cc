#include "input.h"

#include <gmock/gmock.h>

#include <fstream>

#include "lines.h"
#include "poll_fixture.h"

namespace cb::poll {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class InputTest : public PollTest {
 protected:
  InputTest() { options.input = directory / "in"; }

  std::vector<Json> read(const std::string& text) {
    std::ofstream(*options.input) << text;
    return records_of([&](const Job& job) { read_input(job, *options.input); });
  }
};

TEST_F(InputTest, EveryLineIsATask) {
  const auto records = read(
      "{\"id\": \"1\", \"title\": \"One\", \"kind\": \"Work\"}\n"
      "\n  \r\n"
      "{\"id\": \"2\", \"title\": \"Two\", \"after\": [\"1\"], \"kind\": \"Work\"}");

  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0]["task"], "input:1");
  EXPECT_EQ(records[1]["reason"], "after input:1");
  EXPECT_EQ(code, 0);
  EXPECT_THAT(problems, HasSubstr("2 tasks read, 1 ready, 0 held, 1 blocked"));
}

TEST_F(InputTest, ReadAgainChangesNothing) {
  const std::string text = "{\"id\": \"1\", \"title\": \"One\"}\n";
  read(text);

  EXPECT_THAT(read(text), IsEmpty());
  EXPECT_THAT(problems, HasSubstr("1 unchanged"));
}

TEST_F(InputTest, ALineMayNameItsSourceWhoseRulesHold) {
  const auto records =
      read("{\"id\": \"1\", \"source\": \"quiet\", \"title\": \"One\", \"kind\": \"Work\"}\n");

  EXPECT_EQ(records[0]["task"], "quiet:1");
  EXPECT_EQ(records[0]["reason"], "no_due_date");
}

TEST_F(InputTest, OfAGivenSourceRefusesLinesThatNameAnother) {
  options.source = "quiet";

  const auto records = read(
      "{\"id\": \"1\", \"title\": \"One\"}\n"
      "{\"id\": \"2\", \"source\": \"quiet\", \"title\": \"Two\"}\n"
      "{\"id\": \"3\", \"source\": \"board\", \"title\": \"Three\"}\n");

  EXPECT_EQ(records.size(), 2U);
  EXPECT_THAT(problems, HasSubstr("in: line 3: /source: board is not the source given"));
}

TEST_F(InputTest, BadLinesAreNumberedAndTheOthersGoOn) {
  const auto records = read(
      "{\"id\": \"1\", \"title\": \"One\"}\n"
      "{\"id\": \"2\"\n"
      "{\"id\": \"3\", \"title\": \"Three\", \"due\": \"soon\"}\n"
      "\n" +
      std::string(Lines::kLongest + 1, ' ') +
      "\n"
      "{\"id\": \"4\", \"title\": \"Four\"}\n");

  EXPECT_EQ(records.size(), 2U);
  EXPECT_EQ(code, 65);
  EXPECT_THAT(problems, HasSubstr("cb-poll: " + *options.input + ": line 2: column "));
  EXPECT_THAT(problems, HasSubstr("in: line 3: /due: "));
  EXPECT_THAT(problems, HasSubstr("in: line 5: longer than 1 MiB"));
  EXPECT_THAT(problems, HasSubstr("in: 3 of 5 lines refused"));
}

TEST_F(InputTest, ACycleIsRefusedWithTheTasksOnIt) {
  const auto records = read(
      "{\"id\": \"1\", \"title\": \"One\", \"after\": [\"2\"]}\n"
      "{\"id\": \"2\", \"title\": \"Two\", \"after\": [\"1\"]}\n");

  EXPECT_EQ(records.size(), 1U);
  EXPECT_EQ(code, 65);
  EXPECT_THAT(problems, HasSubstr("in: line 2: /after: its dependencies form a cycle: "
                                  "input:2 -> input:1 -> input:2"));
  EXPECT_FALSE(state::find_task(db(), {"input", "2"}));
}

TEST_F(InputTest, OfManyLinesIsStoredInBatches) {
  std::string text;
  for (int i = 0; i < 2500; ++i)
    text += "{\"id\": \"" + std::to_string(i) + "\", \"title\": \"T\"}\n";

  EXPECT_EQ(read(text).size(), 2500U);
  EXPECT_EQ(one_number("SELECT count(*) FROM tasks"), 2500);
}

TEST_F(InputTest, ADryRunStoresNothing) {
  options.dry_run = true;

  EXPECT_EQ(read("{\"id\": \"1\", \"title\": \"One\"}\n").size(), 1U);

  EXPECT_EQ(one_number("SELECT count(*) FROM tasks"), 0);
}

}  // namespace
}  // namespace cb::poll
