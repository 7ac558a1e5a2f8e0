#include "commands.h"

#include <gmock/gmock.h>

#include "cli/output.h"
#include "os/file.h"
#include "state/files.h"
#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::status {
namespace {

using model::State;
using ::testing::HasSubstr;
using testing::kNow;
using namespace std::chrono_literals;

// What a command prints where stdout is no terminal.
class Commands : public testing::StoreTest {
 protected:
  std::string printed(const Options& options, Instant now = kNow) {
    ::testing::internal::CaptureStdout();
    code_ = run(store, options, now);
    cli::flush();
    return ::testing::internal::GetCapturedStdout();
  }
  static Options options(Command command, std::vector<std::string> tasks = {}) {
    Options options;
    options.command = command;
    options.tasks = std::move(tasks);
    return options;
  }
  static Options with_json(Command command) {
    auto json = options(command);
    json.common.json = true;
    return json;
  }
  void file(const std::string& name, state::FileStage stage, int64_t task,
            const std::string& match = "") {
    state::FileRow row;
    row.watch = "inbox";
    row.name = name;
    row.content = "1";
    row.path = "/in/" + name;
    row.stage = stage;
    row.task = task;
    row.match = match;
    write([&] { state::insert_file(db(), row); });
  }
  void log(const std::string& run, const std::string& text) {
    os::make_directories(store.layout.run(run));
    os::write_file(store.layout.log(run), text);
  }

  int code_ = -1;
};

TEST_F(Commands, SummaryIsLinesThatBeginWithTheirKind) {
  add({.id = "a"});
  add({.id = "b", .state = State::held, .reason = "no_handler"});
  add({.id = "c"});
  run_to_end("c", "r1", testing::failure("exit 3"));

  EXPECT_EQ(printed(options(Command::summary), kNow + 1s),
            "tasks\tboard\tfailed\tfailed\t1\n"
            "tasks\tboard\theld\tno_handler\t1\n"
            "tasks\tboard\tready\tready\t1\n"
            "failed last\tboard:c\t2027-01-15T08:00:00.000Z\ta title\texit 3\n"
            "store\tlast change\t2027-01-15T08:00:00.000Z (1s ago)\n");
  EXPECT_EQ(code_, 0);
}

TEST_F(Commands, SummaryCountsFilesWithoutATask) {
  add({.id = "a"});
  EXPECT_FALSE(parse_json(printed(with_json(Command::summary))).contains("files"));
  file("1", state::FileStage::unmatched, 0);
  file("2", state::FileStage::settled, 0);

  EXPECT_THAT(printed(options(Command::summary)), HasSubstr("store\tfiles without a task\t1\n"));
  EXPECT_EQ(to_line(parse_json(printed(with_json(Command::summary)))["files"]),
            R"({"unmatched":1})");
}

TEST_F(Commands, ShowTellsTheFileAndHowItWasTied) {
  const auto row = add({.id = "a"});
  file("1", state::FileStage::given, row.n,
       R"({"is":"words","candidates":[{"task":"board:a","score":0.93,"why":""},)"
       R"({"task":"board:b","score":0.615,"why":""}]})");

  EXPECT_THAT(printed(options(Command::show, {"a"})),
              HasSubstr("/in/1  (given, tied by its title, score 0.93; runner-up board:b, 0.6"));
}

TEST_F(Commands, WhyPrintsTheFilesThatMayBeMeant) {
  testing::TemporaryDirectory place;
  os::write_file(place / "cb.json", R"({"watches": {"inbox": {"dir": "/in"}},
      "handlers": {"work": {"run": ["x"], "needs_file": "inbox"}}})");
  add({.id = "a",
       .state = State::held,
       .reason = "waiting_for_file",
       .detail = "from watch inbox"});
  file("1", state::FileStage::unmatched, 0,
       R"({"is":"too_low","candidates":[{"task":"board:a","score":0.4,"why":"1 of 3 words"}]})");
  auto why = options(Command::why, {"a"});
  why.common.config = place / "cb.json";

  const auto text = printed(why);

  EXPECT_THAT(text, HasSubstr("board:a is held: it waits for a file from watch inbox\n"));
  EXPECT_THAT(text, HasSubstr("/in/1  (score 0.40: 1 of 3 words)\n"));
}

TEST_F(Commands, SummaryIsOneObject) {
  add({.id = "a"});
  add({.id = "b"});
  start("a", "r1");
  run_to_end("b", "r2", testing::retry_after(5min));
  state::SourceRow source;
  source.source = "board";
  source.error = "timeout";
  source.failures = 1;
  write([&] { state::save_source(db(), source); });
  auto json = options(Command::summary);
  json.common.json = true;

  const auto summary = parse_json(printed(json));

  EXPECT_EQ(to_line(summary["counts"]),
            R"([{"source":"board","state":"ready","reason":"retry","tasks":1},)"
            R"({"source":"board","state":"running","reason":"running","tasks":1}])");
  EXPECT_EQ(summary["running"][0]["task"], "board:a");
  EXPECT_EQ(summary["running"][0]["run"], "r1");
  EXPECT_EQ(to_line(summary["failed"]), "[]");
  EXPECT_EQ(to_line(summary["sources"]), R"([{"source":"board","error":"timeout","failures":1}])");
  EXPECT_EQ(to_line(summary["outbox"]), R"({"owed":0,"parked":0})");
  EXPECT_EQ(summary["next_wake"], "2027-01-15T08:05:00.000Z");
  EXPECT_FALSE(summary.contains("next_recheck"));
}

TEST_F(Commands, SummaryOfAnEmptyStorePrintsNothing) {
  auto quiet = options(Command::summary);
  quiet.common.quiet = true;

  EXPECT_EQ(printed(quiet), "");
  EXPECT_EQ(code_, 0);
}

TEST_F(Commands, ListIsOneLinePerTaskWithTabs) {
  add({.id = "a", .title = "one\ttwo\x1b", .kind = "K"});
  add({.id = "b", .state = State::held});

  EXPECT_EQ(printed(options(Command::list)),
            "board:a\tready\tready\t2027-01-15T08:00:00.000Z\tK\tone two\uFFFD\n"
            "board:b\theld\theld_by_user\t2027-01-15T08:00:00.000Z\t\ta title\n");
}

TEST_F(Commands, ListOfNamesBeginsWithTheNewest) {
  for (const auto* id : {"a", "b"}) add({.id = id});
  auto names = options(Command::list);
  names.names_only = true;

  EXPECT_EQ(printed(names), "board:b\nboard:a\n");
}

TEST_F(Commands, ListOfNamesEndsAtAThousand) {
  write([&] {
    for (int i = 0; i < 1005; ++i) {
      state::TaskRow row;
      row.task.name = {"board", std::to_string(i)};
      row.task.title = "t";
      row.state = State::ready;
      row.reason = "ready";
      state::insert_task(db(), row, kNow);
    }
  });
  auto names = options(Command::list);
  names.names_only = true;

  const auto text = printed(names);

  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1000);
}

TEST_F(Commands, ListAsJsonHasTheRecordOfEachTask) {
  add({.id = "a"});
  auto json = options(Command::list);
  json.common.json = true;

  EXPECT_THAT(printed(json),
              ::testing::StartsWith(R"({"id":"a","source":"board","title":"a title",)"));
}

TEST_F(Commands, ShowTellsEverythingOfATask) {
  add({.id = "p"});
  add({.id = "a",
       .title = "T\x1b",
       .fields = R"({"Client":"Acme","n":2})",
       .key = "k",
       .due = kNow + 1h,
       .after = {"p", "later"}});
  run_to_end("p", "r1", testing::failure("exit 3"), kNow - 90s);

  const auto text = printed(options(Command::show, {"a", "p"}));

  EXPECT_EQ(
      text,
      "task        board:a\n"
      "title       T\uFFFD\n"
      "state       blocked\n"
      "reason      after board:p, board:later\n"
      "since       2027-01-15T08:00:00.000Z (0s ago)\n"
      "first seen  2027-01-15T08:00:00.000Z (0s ago)\n"
      "due         2027-01-15T09:00:00.000Z (in 1h)\n"
      "priority    3\n"
      "attempts    0\n"
      "handler     work\n"
      "key         k\n"
      "after       board:p (failed)\n"
      "            board:later (not seen yet)\n"
      "fields      Client = Acme\n"
      "            n = 2\n"
      "\n"
      "task        board:p\n"
      "title       a title\n"
      "state       failed\n"
      "reason      exit 3\n"
      "since       2027-01-15T07:58:30.000Z (1m 30s ago)\n"
      "first seen  2027-01-15T08:00:00.000Z (0s ago)\n"
      "priority    3\n"
      "attempts    1\n"
      "handler     work\n"
      "runs        r1  attempt 1  failed after 0s, 2027-01-15T07:58:30.000Z (1m 30s ago): exit 3\n"
      "log         " +
          store.layout.log("r1") + "\n");
}

TEST_F(Commands, WhyPrintsTheChain) {
  add({.id = "a", .state = State::held, .reason = "held_by_user"});
  add({.id = "b", .after = {"a"}});

  EXPECT_EQ(printed(options(Command::why, {"b"})),
            "board:b is blocked: it runs after board:a\n"
            "  waits for board:a  held  held_by_user\n"
            "  because   board:a is held: a person holds it\n"
            "  next      cb-task release board:a\n");
  EXPECT_EQ(code_, 0);
}

TEST_F(Commands, LogIsOfTheNewestRunOrTheOneNamed) {
  add({.id = "a"});
  run_to_end("a", "01A", testing::retry_after(0s));
  write([&] { state::wake_waiting(db(), kNow); });
  run_to_end("a", "01B", testing::success());
  log("01A", "first\n");
  log("01B", "raw \x1b[1m\r\nbytes");

  EXPECT_EQ(printed(options(Command::log, {"a"})), "raw \x1b[1m\r\nbytes");
  EXPECT_EQ(printed(options(Command::log, {"01A"})), "first\n");
}

TEST_F(Commands, LogCanBeCutToItsLastLines) {
  add({.id = "a"});
  run_to_end("a", "r1", testing::success());
  log("r1", "1\n2\n3\n");
  auto two = options(Command::log, {"a"});
  two.lines = 2;

  EXPECT_EQ(printed(two), "2\n3\n");
}

TEST_F(Commands, LogThatIsNotThereIsAnAnswer) {
  add({.id = "a"});
  const auto refusal = [&] {
    try {
      run(store, options(Command::log, {"a"}), kNow);
      return std::string("printed");
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::answer);
      return std::string(error.what());
    }
  };
  EXPECT_EQ(refusal(), "print log of board:a: it has no run yet");

  run_to_end("a", "r1", testing::failure("start x: not found"));

  EXPECT_EQ(refusal(), "print log of run r1: there is none (start x: not found)");
}

TEST_F(Commands, EventsAreLinesOrRecords) {
  add({.id = "a"});
  run_to_end("a", "r1", testing::failure("exit 3"), kNow + 1s);
  auto events = options(Command::events, {"a"});
  events.limit = 1;
  EXPECT_EQ(printed(events),
            "2027-01-15T08:00:01.000Z\tboard:a\trunning\tfailed\trun_failed\tfailed\texit 3\n");

  events.common.json = true;
  EXPECT_EQ(
      printed(events),
      R"({"seq":3,"at":"2027-01-15T08:00:01.000Z","task":"board:a","run":"r1","cause":"run_failed",)"
      R"("from":"running","to":"failed","reason":"failed","detail":"exit 3"})"
      "\n");
}

TEST_F(Commands, EventsBeginWhereTheyAreAskedTo) {
  add({.id = "a"}, kNow - 3h);
  add({.id = "b"}, kNow - 1h);
  const auto count = [&](const Options& options) {
    const auto text = printed(options);
    return std::count(text.begin(), text.end(), '\n');
  };
  auto events = options(Command::events);
  EXPECT_EQ(count(events), 2);

  events.since = Duration(2h);
  EXPECT_EQ(count(events), 1);
  events.since = kNow - 3h;
  EXPECT_EQ(count(events), 2);
  events.since = kNow;
  EXPECT_EQ(count(events), 0);
}

}  // namespace
}  // namespace cb::status
