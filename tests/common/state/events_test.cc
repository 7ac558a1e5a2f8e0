#include "state/events.h"

#include <gmock/gmock.h>

#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using model::Cause;
using model::State;
using ::testing::ElementsAre;
using testing::kNow;
using namespace std::chrono_literals;

class Events : public testing::StoreTest {
 protected:
  std::vector<std::string> read(int64_t seq, int64_t task, int64_t limit = 100) {
    std::vector<std::string> lines;
    read_events(db(), seq, task, limit, [&](const Event& event) {
      lines.push_back(event.task_name + " " + std::string(model::to_string(event.cause)));
    });
    return lines;
  }
};

TEST_F(Events, AreReadInOrderFromAPlace) {
  add({.id = "a"});
  const auto b = add({.id = "b"});
  start("a", "r1");

  EXPECT_THAT(read(0, 0),
              ElementsAre("board:a discovered", "board:b discovered", "board:a claimed"));
  EXPECT_THAT(read(2, 0), ElementsAre("board:a claimed"));
  EXPECT_THAT(read(0, 0, 1), ElementsAre("board:a discovered"));
  EXPECT_THAT(read(0, b.n), ElementsAre("board:b discovered"));
  EXPECT_THAT(read(3, 0), ElementsAre());
}

TEST_F(Events, TellBeforeAndAfter) {
  add({.id = "a"});
  start("a", "r1", kNow + 1s);
  std::vector<Event> events;

  read_events(db(), 0, 0, 10, [&](const Event& event) { events.push_back(event); });

  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].before, std::nullopt);
  EXPECT_EQ(events[0].after, State::ready);
  EXPECT_EQ(events[1].before, State::ready);
  EXPECT_EQ(events[1].after, State::running);
  EXPECT_EQ(events[1].at, kNow + 1s);
  EXPECT_EQ(events[1].run, "r1");
  EXPECT_EQ(events[1].reason, "running");
  EXPECT_THAT(events[1].detail, ::testing::StartsWith("run r1 on "));
}

TEST_F(Events, OutliveTheirTaskWithoutItsName) {
  add({.id = "a"});
  write([&] { forget_task(db(), task("a"), kNow); });

  EXPECT_THAT(read(0, 0), ElementsAre(" discovered"));
}

TEST_F(Events, NewestIsKnown) {
  EXPECT_EQ(newest_event(db()), 0);
  EXPECT_EQ(newest_event_time(db()), std::nullopt);

  add({.id = "a"}, kNow + 5s);

  EXPECT_EQ(newest_event(db()), 1);
  EXPECT_EQ(newest_event_time(db()), kNow + 5s);
}

TEST_F(Events, NumbersAreNotUsedAgainWhenOldOnesGo) {
  add({.id = "a"});
  add({.id = "b"});
  write([&] { db().run("DELETE FROM events WHERE seq < 2"); });
  add({.id = "c"});

  EXPECT_EQ(newest_event(db()), 3);
}

}  // namespace
}  // namespace cb::state
