#include "run.h"

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>

#include "poll_fixture.h"
#include "sources.h"
#include "state/outbox.h"
#include "state/sources.h"

namespace cb::poll {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGreeting =
    "read -r line; echo '{\"ok\":true,\"can\":[\"list\",\"set_status\",\"comment\"]}'\n";

class PollRunTest : public PollTest {
 protected:
  static void SetUpTestSuite() { signal(SIGPIPE, SIG_IGN); }  // as run_main does; helpers die here

  // A helper that answers the greeting and then does what `script` says.
  void helper(const std::string& script) {
    std::ofstream(directory / "helper.sh") << kGreeting << script;
  }
  std::vector<Json> poll() {
    return records_of([](const Job& job) { run(job); });
  }
  std::string error_of(const std::function<void()>& work, Fault fault) {
    try {
      work();
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), fault);
      return error.what();
    }
    return "no error";
  }
};

TEST_F(PollRunTest, ListsItsSources) {
  helper(
      "read -r line\n"
      "echo '{\"task\":{\"id\":\"1\",\"title\":\"One\",\"status\":\"to do\",\"kind\":\"Work\"}}'\n"
      "echo '{\"ok\":true,\"cursor\":\"c\",\"complete\":true}'\n");

  EXPECT_EQ(poll().size(), 1U);

  EXPECT_EQ(code, 0);
  EXPECT_EQ(state::load_source(db(), "board").cursor, "c");
}

TEST_F(PollRunTest, AnUnreachableSourceIsRemembered) {
  helper("exit 3\n");

  EXPECT_THAT(poll(), IsEmpty());

  EXPECT_EQ(code, 69);
  EXPECT_THAT(problems, HasSubstr("cb-poll: board: helper sh: ended before it answered list"));
  EXPECT_EQ(state::load_source(db(), "board").failures, 1);
}

TEST_F(PollRunTest, WhatIsOwedIsDeliveredBeforeTheListing) {
  auto row = add({.id = "1"});
  write([&] {
    state::Owed owed;
    owed.op = "op-1";
    owed.task = row.n;
    owed.kind = state::Owed::Kind::comment;
    owed.text = "hello";
    owed.next_try = now;
    state::owe(db(), owed, now);
  });
  helper(
      "read -r first; printf '%s\\n' \"$first\" >asked\n"
      "echo '{\"ok\":true,\"version\":\"2\"}'\nread -r second\n");

  poll();

  std::ifstream asked(directory / "asked");
  std::string first;
  std::getline(asked, first);
  EXPECT_THAT(first, HasSubstr("\"op\":\"comment\""));
  EXPECT_EQ(one_text("SELECT state FROM outbox"), "delivered");
  EXPECT_THAT(problems, HasSubstr("board: 1 write delivered"));
}

TEST_F(PollRunTest, ADryRunDeliversNothing) {
  auto row = add({.id = "1"});
  write([&] {
    state::Owed owed;
    owed.op = "op-1";
    owed.task = row.n;
    owed.kind = state::Owed::Kind::comment;
    owed.text = "hello";
    owed.next_try = now;
    state::owe(db(), owed, now);
  });
  options.dry_run = true;
  helper(
      "read -r line; printf '%s\\n' \"$line\" >asked\n"
      "echo '{\"ok\":true,\"cursor\":null,\"complete\":true}'\n");

  poll();

  EXPECT_EQ(one_text("SELECT state FROM outbox"), "owed");
  EXPECT_EQ(one_number("SELECT count(*) FROM sources"), 0);
}

TEST_F(PollRunTest, SourcesThatCannotBePolledAreWrongArguments) {
  options.sources = {"bord"};
  EXPECT_EQ(error_of([&] { chosen_sources(options, config); }, Fault::usage),
            "poll bord: there is no such source; known: board");

  options.sources = {"quiet"};
  EXPECT_EQ(error_of([&] { chosen_sources(options, config); }, Fault::usage),
            "poll quiet: this source has no upstream");
}

TEST_F(PollRunTest, NothingToPollIsAWrongConfiguration) {
  const auto empty = config::parse("{}", "/c.json", "/", "/");
  EXPECT_EQ(error_of([&] { check_sources(options, empty); }, Fault::configuration),
            "nothing to poll: no source with an upstream in /c.json");

  options.input = "-";
  EXPECT_EQ(error_of([&] { check_sources(options, empty); }, Fault::configuration), "no error");
}

TEST_F(PollRunTest, ASourceIsPolledOnceHoweverOftenItIsNamed) {
  options.sources = {"board", "board"};

  EXPECT_EQ(chosen_sources(options, config).size(), 1U);
}

}  // namespace
}  // namespace cb::poll
