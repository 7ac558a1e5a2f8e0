#include "flow/deliver.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>

#include "common/flow/flow_fixture.h"
#include "os/env.h"
#include "os/pipe.h"

namespace cb::flow {
namespace {

using model::Meaning;
using model::State;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;
using Kind = state::Owed::Kind;
using namespace std::chrono_literals;

// Notes every request in "asked" and answers with the lines of "answers", then with success.
constexpr const char* kHelper = R"(
read -r hello
echo '{"ok":true,"can":["set_status","comment","attach"]}'
exec 3<answers
while read -r request; do
  printf '%s\n' "$request" >>asked
  read -r answer <&3 || answer='{"ok":true,"version":"7"}'
  [ "$answer" != die ] || exit 3
  printf '%s\n' "$answer"
done
)";

constexpr const char* kRefused =
    R"({"ok":false,"error":{"kind":"not_found","message":"no such task"}})";
constexpr const char* kTransient =
    R"({"ok":false,"error":{"kind":"transient","message":"try later"}})";

class DeliverTest : public FlowTest {
 protected:
  DeliverTest() {
    signal(SIGPIPE, SIG_IGN);
    std::ofstream(directory / "helper") << kHelper;
    answer("");
  }

  void answer(const std::string& lines) { std::ofstream(directory / "answers") << lines; }
  upstream::Settings settings() {
    return {.source = "board",
            .argv = {"/bin/sh", "helper"},
            .directory = directory.path(),
            .environment = os::environment_list(),
            .deadline = 20s};
  }
  Duration wait_of(const std::string& id) {
    return state::next_owed_of(db(), task(id).n)->next_try - now;
  }
  std::vector<Delivery> deliver_all() {
    upstream::Client client(settings());
    return deliver_due(store, client, [this] { return now; });
  }

  // Owes a write of `id` and returns its operation.
  std::string owe(const std::string& id, Kind kind, const std::string& text) {
    state::Owed owed;
    owed.op = "op-" + std::to_string(++operations);
    owed.task = task(id).n;
    owed.kind = kind;
    if (kind == Kind::set_status) owed.meaning = Meaning::succeeded;
    owed.text = text;
    owed.next_try = now;
    write([&] { state::owe(db(), owed, now); });
    return owed.op;
  }

  // "1 set_status done", with "?" when it may have been sent before.
  std::vector<std::string> asked() {
    std::vector<std::string> found;
    std::ifstream file(directory / "asked");
    for (std::string line; std::getline(file, line);) {
      const auto json = parse_json(line);
      const auto text = json.contains("status") ? json["status"]
                        : json.contains("text") ? json["text"]
                                                : json["name"];
      found.push_back(json["task"].get<std::string>() + " " + json["op"].get<std::string>() + " " +
                      text.get<std::string>() + (json["maybe_sent"].get<bool>() ? "?" : ""));
    }
    return found;
  }
  std::string outbox() {
    std::string text;
    for (auto rows = db().query("SELECT state FROM outbox ORDER BY n"); rows.next();)
      text += (text.empty() ? "" : " ") + rows.text(0);
    return text;
  }
};

TEST_F(DeliverTest, EachTasksWritesGoInOrder) {
  bring("1", State::ready);
  bring("2", State::ready);
  owe("1", Kind::attach, "a.md");
  owe("2", Kind::comment, "second");
  owe("1", Kind::comment, "hello");
  owe("1", Kind::set_status, "done");

  EXPECT_THAT(deliver_all(), SizeIs(4));

  EXPECT_THAT(asked(), ElementsAre("1 attach a.md", "2 comment second", "1 comment hello",
                                   "1 set_status done"));
  EXPECT_EQ(outbox(), "delivered delivered delivered delivered");
  EXPECT_EQ(task("1").sent, Meaning::succeeded);
  EXPECT_EQ(task("1").sent_version, "7");
  EXPECT_EQ(task("1").task.status, "done");
}

TEST_F(DeliverTest, ANewerStatusReplacesAnOlder) {
  bring("1", State::ready);
  owe("1", Kind::set_status, "doing");
  owe("1", Kind::set_status, "done");

  deliver_all();

  EXPECT_THAT(asked(), ElementsAre("1 set_status done"));
  EXPECT_EQ(outbox(), "dropped delivered");
}

TEST_F(DeliverTest, WhatIsRefusedForGoodIsParkedAndTheNextGoesOn) {
  bring("1", State::ready);
  owe("1", Kind::comment, "hello");
  owe("1", Kind::set_status, "done");
  answer(std::string(kRefused) + "\n");

  const auto tried = deliver_all();

  ASSERT_THAT(tried, SizeIs(2));
  EXPECT_TRUE(tried[0].is_parked);
  EXPECT_EQ(tried[0].failure->message, "no such task");
  EXPECT_FALSE(tried[1].failure);
  EXPECT_EQ(outbox(), "parked delivered");
}

TEST_F(DeliverTest, ATransientFailureBacksOff) {
  bring("1", State::ready);
  owe("1", Kind::comment, "hello");
  owe("1", Kind::set_status, "done");
  answer(std::string(kTransient) + "\n" + kTransient + "\n");

  EXPECT_THAT(deliver_all(), SizeIs(1));
  EXPECT_THAT(deliver_all(), IsEmpty()) << "not before its time";
  EXPECT_THAT(wait_of("1"), AllOf(Ge(4s), Le(6s))) << "with jitter";

  now += 6s;
  EXPECT_THAT(deliver_all(), SizeIs(1));
  EXPECT_THAT(wait_of("1"), AllOf(Ge(8s), Le(12s)));
}

TEST_F(DeliverTest, ARetryAfterIsRespected) {
  bring("1", State::ready);
  owe("1", Kind::comment, "hello");
  answer(R"({"ok":false,"error":{"kind":"rate_limited","message":"slow","retry_after_ms":90000}})"
         "\n");

  deliver_all();

  EXPECT_EQ(state::next_owed_of(db(), task("1").n)->next_try, now + 90s);
}

TEST_F(DeliverTest, WhatWasTurnedAwayWasCertainlyNotSent) {
  bring("1", State::ready);
  owe("1", Kind::comment, "hello");
  answer(R"({"ok":false,"error":{"kind":"rate_limited","message":"slow","retry_after_ms":90000}})"
         "\n");
  deliver_all();
  answer("");
  now += 100s;

  deliver_all();

  EXPECT_THAT(asked(), ElementsAre("1 comment hello", "1 comment hello"));
}

TEST_F(DeliverTest, WhatMayHaveArrivedOnceIsDoubtedEvenWhenItIsTurnedAwayLater) {
  bring("1", State::ready);
  owe("1", Kind::comment, "hello");
  for (const std::string error : {R"({"kind":"unknown_outcome","message":"lost"})",
                                  R"({"kind":"rate_limited","message":"slow"})"}) {
    answer(R"({"ok":false,"error":)" + error + "}\n");
    deliver_all();
    now += 1h;
  }
  answer("");

  deliver_all();

  EXPECT_THAT(asked(), ElementsAre("1 comment hello", "1 comment hello?", "1 comment hello?"));
}

TEST_F(DeliverTest, ATransientFailureOfOneWriteDoesNotStopTheOthers) {
  bring("1", State::ready);
  bring("2", State::ready);
  owe("1", Kind::comment, "hello");
  owe("2", Kind::comment, "hello");
  answer(std::string(kTransient) + "\n");

  EXPECT_THAT(deliver_all(), SizeIs(2));

  EXPECT_EQ(outbox(), "owed delivered");
}

TEST_F(DeliverTest, ASourceThatFailsTooOftenIsLeftAloneByAllProcesses) {
  std::string answers;
  for (int i = 1; i <= 8; ++i) {
    bring(std::to_string(i), State::ready);
    owe(std::to_string(i), Kind::comment, "hello");
    answers += std::string(kTransient) + "\n";
  }
  answer(answers);

  EXPECT_THAT(deliver_all(), SizeIs(5));
  EXPECT_THAT(deliver_all(), IsEmpty());

  answer("");
  now += 1min;
  EXPECT_THAT(deliver_all(), SizeIs(8));
}

TEST_F(DeliverTest, AFailureOfTheSourceStopsTheOthersToo) {
  bring("1", State::ready);
  bring("2", State::ready);
  owe("1", Kind::comment, "hello");
  owe("2", Kind::comment, "hello");
  answer("die\n");

  const auto tried = deliver_all();

  ASSERT_THAT(tried, SizeIs(1));
  EXPECT_EQ(tried[0].failure->kind, upstream::Kind::broken);
  EXPECT_EQ(outbox(), "owed owed");
}

TEST_F(DeliverTest, AWriteThatMayHaveBeenSentSaysSo) {
  bring("1", State::ready);
  owe("1", Kind::comment, "hello");
  answer("die\n");
  deliver_all();
  answer("");
  now += 1min;

  deliver_all();

  EXPECT_THAT(asked(), ElementsAre("1 comment hello", "1 comment hello?"));
}

// As if killed after the request left and before the answer came.
TEST_F(DeliverTest, AnAnswerThatWasNeverRecordedLeavesAWriteThatMayHaveBeenSent) {
  bring("1", State::ready);
  owe("1", Kind::set_status, "done");
  {
    upstream::Client client(settings());
    Courier courier(store, client);
    courier.pump(now);
    EXPECT_TRUE(courier.is_busy());
  }
  EXPECT_EQ(task("1").sent, Meaning::succeeded) << "remembered before it leaves";

  deliver_all();

  EXPECT_THAT(asked().back(), "1 set_status done?");
}

TEST_F(DeliverTest, AFreshWriteIsKnownNotToHaveBeenSent) {
  bring("1", State::ready);
  state::Owed owed;
  owed.op = "op-fresh";
  owed.task = task("1").n;
  owed.kind = Kind::comment;
  owed.text = "hello";
  owed.maybe_sent = true;
  write([&] { state::owe(db(), owed, now); });
  upstream::Client client(settings());
  Courier courier(store, client);
  courier.add_fresh("op-fresh");

  courier.pump(now);
  while (!courier.advance(now)) {
    auto descriptors = client.interest();
    os::wait_for(descriptors, client.time_left());
  }

  EXPECT_THAT(asked(), ElementsAre("1 comment hello"));
}

TEST_F(DeliverTest, TwoCouriersNeverSendForOneTaskAtOnce) {
  bring("1", State::ready);
  owe("1", Kind::comment, "hello");
  owe("1", Kind::comment, "again");
  auto other_store = state::open_store(directory / "state", db::Access::write);
  upstream::Client client(settings()), other_client(settings());
  Courier courier(store, client), other(other_store, other_client);

  courier.pump(now);
  other.pump(now);

  EXPECT_TRUE(courier.is_busy());
  EXPECT_FALSE(other.is_busy());
}

TEST_F(DeliverTest, ATaskThatIsPreferredGoesFirstEvenBeforeItsTime) {
  bring("1", State::ready);
  bring("2", State::ready);
  owe("1", Kind::comment, "hello");
  owe("2", Kind::comment, "urgent");
  write([&] {
    state::mark_failed(db(), state::next_owed_of(db(), task("2").n).value(), "no", now + 1h);
  });
  upstream::Client client(settings());
  Courier courier(store, client);
  courier.prefer(task("2").n);

  courier.pump(now);
  std::optional<Delivery> delivery;
  while (!(delivery = courier.advance(now))) {
    auto descriptors = client.interest();
    os::wait_for(descriptors, client.time_left());
  }

  EXPECT_EQ(delivery->owed.text, "urgent");
}

TEST_F(DeliverTest, OnlyTheClientsOwnSourceIsServed) {
  add({.id = "9", .source = "other"});
  state::Owed owed;
  owed.op = "op-other";
  owed.task = task("9", "other").n;
  owed.kind = Kind::comment;
  owed.text = "hello";
  write([&] { state::owe(db(), owed, now); });

  EXPECT_THAT(deliver_all(), IsEmpty());
}

TEST(HelperSettings, AreThoseOfTheSource) {
  const auto config = config::parse(
      R"({"sources": {"board": {"upstream": ["./helper"], "options": {"x": 1}, "deadline": "7s",
          "statuses": {"ready": "a", "running": "b", "succeeded": "c", "failed": "d"}}}})",
      "/etc/cb/c.json", "/etc/cb", "/home/x");

  const auto settings = helper_settings(config, config.sources.front(), {"A=1"});

  EXPECT_EQ(settings.source, "board");
  EXPECT_THAT(settings.argv, SizeIs(1));
  EXPECT_EQ(settings.directory, "/etc/cb");
  EXPECT_THAT(settings.environment, ElementsAre("A=1"));
  EXPECT_EQ(settings.options, Json({{"x", 1}}));
  EXPECT_EQ(settings.deadline, 7s);
}

}  // namespace
}  // namespace cb::flow
