#include "upstream/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "os/clock.h"
#include "os/env.h"
#include "os/pipe.h"
#include "os/process.h"
#include "support/temporary_directory.h"

namespace cb::upstream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const Json kSetStatus = to_request(SetStatus{"op-1", "1", "done", false});

class ClientTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { signal(SIGPIPE, SIG_IGN); }

  Settings settings(const std::string& mode, Duration deadline = seconds(20)) const {
    return {.source = "board",
            .argv = {CB_SOURCE_DIR "/tests/support/fake-helper", mode, notes_},
            .directory = directory_.path(),
            .environment = os::environment_list(),
            .options = {{"path", "b.json"}},
            .statuses = Json::object(),
            .deadline = deadline};
  }

  std::vector<std::string> notes() const {
    std::ifstream file(notes_);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  cb::testing::TemporaryDirectory directory_;
  std::string notes_ = directory_.path() + "/notes";
};

std::string broken(const Answer& answer) {
  if (!answer.failure) return "no failure: " + to_line(answer.body);
  if (answer.failure->kind != Kind::broken) return std::string(to_string(answer.failure->kind));
  return answer.failure->message;
}

// A zombie does not run.
bool is_running(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return !text.empty() && text.find(") Z") == std::string::npos;
}

TEST_F(ClientTest, HelloComesFirstAndOnce) {
  Client client(settings("good"));

  EXPECT_EQ(client.call(kSetStatus).body.at("version"), "7");
  EXPECT_EQ(client.call(get_request("1")).body.at("task").at("title"), "One");

  EXPECT_THAT(
      notes(),
      ElementsAre(
          R"({"op":"hello","protocol":1,"source":"board","options":{"path":"b.json"},"statuses":{}})",
          to_line(kSetStatus), to_line(get_request("1"))));
}

TEST_F(ClientTest, AListingHandsOverEachTaskBeforeItsAnswer) {
  Client client(settings("good"));
  std::vector<std::string> ids;

  const Answer answer = client.call(list_request(std::nullopt),
                                    [&](const Json& task) { ids.push_back(task.at("id")); });

  EXPECT_THAT(ids, ElementsAre("1", "2"));
  EXPECT_EQ(answer.body.at("cursor"), "c1");
}

TEST_F(ClientTest, NothingIsStartedBeforeTheFirstRequest) {
  {
    const Client client(settings("good"));
  }

  EXPECT_FALSE(std::filesystem::exists(notes_));
}

TEST_F(ClientTest, AFailedHelloIsTheAnswerToTheRequestThatCausedIt) {
  Client client(settings("refuses-hello"));

  const Answer first = client.call(kSetStatus);
  const Answer second = client.call(kSetStatus);

  ASSERT_TRUE(first.failure);
  EXPECT_EQ(first.failure->kind, Kind::unauthorized);
  ASSERT_TRUE(second.failure);
  EXPECT_EQ(second.failure->kind, Kind::unauthorized);
  EXPECT_THAT(notes(), ElementsAre(HasSubstr("hello"), HasSubstr("hello")));
}

TEST_F(ClientTest, RefusedOptionsAreNoRefusalOfTheRequest) {
  Client client(settings("refuses-options"));

  EXPECT_EQ(broken(client.call(kSetStatus)), "helper fake-helper: hello: /options/pth: unknown");
}

TEST_F(ClientTest, AFailureOfTheTrackerIsNoFailureOfTheHelper) {
  Client client(settings("refuses"));

  const Answer refused = client.call(kSetStatus);
  const Answer next = client.call(kSetStatus);

  ASSERT_TRUE(refused.failure);
  EXPECT_EQ(refused.failure->kind, Kind::rate_limited);
  EXPECT_EQ(refused.failure->message, "slow down");
  EXPECT_EQ(refused.failure->retry_after, Duration(53000));
  EXPECT_FALSE(next.failure);
  EXPECT_EQ(notes().size(), 3U);
}

TEST_F(ClientTest, WhatAHelperCannotDoIsNotSent) {
  Client client(settings("few-operations"));

  const Answer answer = client.call(kSetStatus);

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->kind, Kind::invalid);
  EXPECT_EQ(answer.failure->message, "helper fake-helper: cannot set_status");
  EXPECT_FALSE(client.call(list_request("c")).failure);
  EXPECT_THAT(notes(), ElementsAre(HasSubstr("hello"), HasSubstr("list")));
}

struct Misdeed {
  const char* mode;
  const char* message;
};

TEST_F(ClientTest, EveryMisbehaviourIsBrokenAndSaysHow) {
  for (const Misdeed& misdeed : std::initializer_list<Misdeed>{
           {"wrong-hello", R"(printed {"hello":"world"}: no boolean "ok")"},
           {"rubbish-hello", "printed Welcome to fake-helper!: line 1, column 1: "},
           {"dies-at-once", "ended before it answered list"},
           {"dies", "ended before it answered list"},
           {"is-killed", "ended before it answered list"},
           {"dies-mid-answer", "ended before it answered list"},
           {"closes-stdout", "ended before it answered list"},
           {"rubbish", "printed Traceback (most recent \xEF\xBF\xBD[31mcall last): line 1"},
           {"wrong-shape", R"(printed {"ok":true}: no boolean "complete")"},
           {"blank-line", "printed an empty line: "},
           {"floods", "printed a line of more than 16 MiB"},
       }) {
    Client client(settings(misdeed.mode));
    EXPECT_THAT(broken(client.call(list_request(std::nullopt))),
                StartsWith(std::string("helper fake-helper: ") + misdeed.message))
        << misdeed.mode;
  }
}

TEST_F(ClientTest, ATaskOutsideAListingIsBroken) {
  Client client(settings("task-for-nothing"));

  EXPECT_THAT(broken(client.call(kSetStatus)), HasSubstr("no boolean \"ok\""));
}

TEST_F(ClientTest, AHelperThatDoesNotAnswerIsGivenUpAtTheDeadline) {
  for (const char* mode : {"silent", "hangs", "hangs-in-listing"}) {
    Client client(settings(mode, milliseconds(300)));
    const Duration begin = os::boot_time();

    const Answer answer = client.call(list_request(std::nullopt));

    EXPECT_THAT(broken(answer), HasSubstr("within 300ms")) << mode;
    EXPECT_LT(os::boot_time() - begin, seconds(5)) << mode;
  }
}

TEST_F(ClientTest, TheDeadlineCountsFromTheLastTaskOfAListing) {
  Client client(settings("slow-listing", milliseconds(1500)));
  int tasks = 0;

  const Answer answer = client.call(list_request(std::nullopt), [&](const Json&) { ++tasks; });

  EXPECT_FALSE(answer.failure) << broken(answer);
  EXPECT_EQ(tasks, 6);
}

TEST_F(ClientTest, AListingWithoutEndIsEnded) {
  auto limited = settings("floods-lines");
  limited.most_tasks = 2000;
  Client client(std::move(limited));

  EXPECT_THAT(broken(client.call(list_request(std::nullopt))), HasSubstr("more than 2000 tasks"));
}

TEST_F(ClientTest, AFloodDoesNotKeepAdvanceFromReturning) {
  Client client(settings("floods-lines"));
  size_t tasks = 0;
  client.send(list_request(std::nullopt));

  while (tasks == 0) {
    auto descriptors = client.interest();
    os::wait_for(descriptors, client.time_left());
    ASSERT_FALSE(client.advance([&](const Json&) { ++tasks; }));
  }

  EXPECT_LT(tasks, 100'000U);
}

TEST_F(ClientTest, AfterBrokenTheNextRequestStartsANewHelper) {
  Client client(settings("dies"));

  EXPECT_THAT(broken(client.call(kSetStatus)), HasSubstr("ended"));
  EXPECT_THAT(broken(client.call(kSetStatus)), HasSubstr("ended"));

  EXPECT_THAT(notes(), ElementsAre(HasSubstr("hello"), HasSubstr("set_status"), HasSubstr("hello"),
                                   HasSubstr("set_status")));
}

TEST_F(ClientTest, ASecondAnswerIsNotTakenForThatOfTheNextRequest) {
  Client client(settings("answers-twice"));

  EXPECT_EQ(client.call(kSetStatus).body.at("version"), "7");

  EXPECT_THAT(broken(client.call(kSetStatus)),
              HasSubstr(R"(printed after its answer: {"ok":true,"version":"8"})"));
}

TEST_F(ClientTest, AHelperThatDiedBetweenRequestsIsBrokenThenReplaced) {
  Client client(settings("dies-between"));

  EXPECT_FALSE(client.call(kSetStatus).failure);
  EXPECT_THAT(broken(client.call(kSetStatus)), HasSubstr("ended"));
  EXPECT_FALSE(client.call(kSetStatus).failure);
}

TEST_F(ClientTest, AnAnswerCountsThoughTheInputWasClosed) {
  Client client(settings("closes-stdin"));

  EXPECT_FALSE(client.call(kSetStatus).failure);
}

TEST_F(ClientTest, AHelperThatCannotBeStartedIsBroken) {
  Settings missing = settings("good");
  missing.argv = {"cb-upstream-nowhere"};
  Client client(missing);

  const std::string message = broken(client.call(kSetStatus));

  EXPECT_THAT(message, StartsWith("helper cb-upstream-nowhere: start"));
  EXPECT_THAT(message, HasSubstr("No such file"));
}

TEST_F(ClientTest, ABrokenHelperIsKilledWithAllItStarted) {
  Client client(settings("leaves-a-child"));

  EXPECT_THAT(broken(client.call(kSetStatus)), HasSubstr("printed rubbish"));

  pid_t child = 0;
  std::ifstream(notes_ + ".child") >> child;
  ASSERT_GT(child, 0);
  for (int i = 0; i < 500 && is_running(child); ++i) os::wait_for({}, milliseconds(10));
  EXPECT_FALSE(is_running(child));
}

TEST_F(ClientTest, WhatABrokenHelperStartsWhileItIsKilledIsKilledToo) {
  Client client(settings("keeps-forking"));

  EXPECT_THAT(broken(client.call(kSetStatus)), HasSubstr("printed rubbish"));

  os::wait_for({}, milliseconds(200));  // for the last of them to say who it is
  std::ifstream children(notes_ + ".children");
  for (pid_t child = 0; children >> child;) {
    for (int i = 0; i < 500 && is_running(child); ++i) os::wait_for({}, milliseconds(10));
    EXPECT_FALSE(is_running(child)) << child;
  }
}

TEST_F(ClientTest, AHelperThatIgnoresTheEndOfInputIsKilledAfterHalfASecond) {
  const Duration begin = os::boot_time();
  {
    Client client(settings("ignores-end"));
    EXPECT_FALSE(client.call(kSetStatus).failure);
  }

  EXPECT_LT(os::boot_time() - begin, seconds(5));
  EXPECT_FALSE(os::has_children());
}

TEST_F(ClientTest, AGoodHelperIsGoneAndReapedAtTheEnd) {
  {
    Client client(settings("good"));
    EXPECT_FALSE(client.call(kSetStatus).failure);
    EXPECT_TRUE(os::has_children());
  }

  EXPECT_FALSE(os::has_children());
}

TEST_F(ClientTest, ItWorksWhereEverythingIsReapedByOthers) {
  Client client(settings("dies"));
  client.send(kSetStatus);
  std::optional<Answer> answer;

  while (!answer) {
    auto descriptors = client.interest();
    os::wait_for(descriptors, client.time_left());
    os::reap();
    answer = client.advance();
  }

  EXPECT_THAT(broken(*answer), HasSubstr("ended before it answered set_status"));
  EXPECT_THAT(broken(client.call(kSetStatus)), HasSubstr("ended"));
}

TEST_F(ClientTest, ItIsBusyFromSendUntilItsAnswer) {
  Client client(settings("good"));
  EXPECT_FALSE(client.is_busy());
  EXPECT_EQ(client.time_left(), std::nullopt);
  EXPECT_TRUE(client.interest().empty());

  client.send(kSetStatus);
  EXPECT_TRUE(client.is_busy());
  EXPECT_LE(client.time_left().value(), seconds(20));
  EXPECT_EQ(client.interest().size(), 2U);  // hello is still to be written

  while (!client.advance()) {
    auto descriptors = client.interest();
    os::wait_for(descriptors, client.time_left());
  }
  EXPECT_FALSE(client.is_busy());
}

TEST_F(ClientTest, ARequestLargerThanAPipeIsSentWhole) {
  Client client(settings("good"));
  const std::string text(300'000, 'x');

  EXPECT_FALSE(client.call(to_request(Comment{"op-1", "1", text, false})).failure);

  ASSERT_EQ(notes().size(), 2U);
  EXPECT_EQ(parse_json(notes()[1]).at("text"), text);
}

TEST_F(ClientTest, WhatTheCallerThrowsWhileListingPassesThrough) {
  Client client(settings("good"));

  EXPECT_THROW(client.call(list_request(std::nullopt),
                           [](const Json&) { throw Error(Fault::temporary, "store: busy"); }),
               Error);
}

TEST_F(ClientTest, ItsPipesAreClosedOnExec) {
  Client client(settings("good"));
  client.send(kSetStatus);

  for (const pollfd& each : client.interest()) {
    std::ifstream info("/proc/self/fdinfo/" + std::to_string(each.fd));
    const std::string text((std::istreambuf_iterator<char>(info)), {});
    const size_t flags = text.find("flags:");
    EXPECT_NE(std::stoul(text.substr(flags + 6), nullptr, 8) & 02000000, 0U) << text;
  }
}

TEST(FindHelper, AnUnknownKindIsLookedUpOnPath) {
  EXPECT_THAT(find_helper("nowhere"), ElementsAre("cb-upstream-nowhere"));
}

}  // namespace
}  // namespace cb::upstream
