#include "board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "os/clock.h"
#include "os/file.h"
#include "os/lock.h"
#include "support/forked.h"
#include "support/temporary_directory.h"

namespace cb::upstream_file {
namespace {

using cb::testing::Forked;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using upstream::Failure;
using upstream::Kind;
using namespace std::chrono_literals;

const Instant kNow = from_millis(1'763'700'000'789);

class BoardTest : public ::testing::Test {
 protected:
  void write(const std::string& text) const { os::write_file(path_, text); }
  std::string text() const { return os::read_file(path_).value(); }
  Json entry(size_t index = 0) const { return parse_json(text()).at("tasks").at(index); }
  Board board(Patience patience = {.lock = 5s, .half_written = 0s}) const {
    return Board(BoardFile(path_, "board.json", patience), "board");
  }
  std::string version() const { return std::to_string(os::read_snapshot(path_)->version); }
  Listing list(const std::optional<std::string>& cursor = std::nullopt) const {
    return std::get<Listing>(board().list(cursor));
  }

  cb::testing::TemporaryDirectory dir_;
  std::string path_ = dir_ / "board.json";
};

template <typename T>
std::string message(const std::variant<T, Failure>& result, Kind kind) {
  const auto* failure = std::get_if<Failure>(&result);
  if (failure == nullptr) return "no failure";
  return failure->kind == kind ? failure->message : std::string(to_string(failure->kind));
}

TEST_F(BoardTest, ListsTheMembersOfTheProtocolAndNothingElse) {
  write(R"({"note":1,"tasks":[{"comments":[],"id":"1","title":"One","kind":"K","status":"to do",
    "due":"2026-11-30","priority":1,"after":["2"],"fields":{"a":1},"url":"u","version":"9","mine":2,
    "attachments":[],"source":"board"},{"id":"2","title":"Two","due":null}]})");

  const Listing listing = list();

  EXPECT_THAT(listing.problems, ElementsAre());
  EXPECT_TRUE(listing.is_full);
  ASSERT_EQ(listing.tasks.size(), 2U);
  EXPECT_EQ(
      to_line(listing.tasks[0]),
      R"({"id":"1","title":"One","kind":"K","status":"to do","due":"2026-11-30","priority":1,)"
      R"("after":["2"],"fields":{"a":1},"url":"u","version":")" +
          version() + R"("})");
  EXPECT_EQ(to_line(listing.tasks[1]),
            R"({"id":"2","title":"Two","version":")" + version() + R"("})");
}

TEST_F(BoardTest, AnUnchangedCursorListsNothingAndAChangedOneEverything) {
  write(R"({"tasks":[{"id":"1","title":"One"},{"id":"2","title":"Two"}]})");
  const std::string cursor = list().cursor;

  EXPECT_FALSE(list(cursor).is_full);
  EXPECT_TRUE(list(cursor).tasks.empty());
  EXPECT_EQ(list(cursor).cursor, cursor);

  write(R"({"tasks":[{"id":"1","title":"One"}]})");
  EXPECT_TRUE(list(cursor).is_full);
  EXPECT_EQ(list(cursor).tasks.size(), 1U);
  EXPECT_NE(list(cursor).cursor, cursor);
}

TEST_F(BoardTest, AnEntryThatIsNoTaskIsNamedAndStopsNoOther) {
  write(R"({"tasks":[{"title":"no id"},7,{"id":"1","title":"One"},{"id":"2","title":"","due":"x"},
    {"id":"3","title":"T","due":"soon"},{"id":"1","title":"again"},{"id":"4","title":"T","source":"s"},
    {"id":5,"title":"T"},{"id":"6","title":"Six"}]})");

  const Listing listing = list();

  ASSERT_EQ(listing.tasks.size(), 2U);
  EXPECT_EQ(listing.tasks[0]["title"], "One");
  EXPECT_EQ(listing.tasks[1]["id"], "6");
  EXPECT_THAT(listing.problems,
              ElementsAre(HasSubstr("board.json: /tasks/0/id: missing"),
                          "board.json: /tasks/1: not an object but number",
                          HasSubstr("board.json: /tasks/3/title: empty"),
                          HasSubstr("board.json: /tasks/4/due: not a time"),
                          "board.json: /tasks/5/id: an earlier task has it",
                          R"(board.json: /tasks/6/source: not "board", the source of this board)",
                          HasSubstr("board.json: /tasks/7/id: ")));
}

TEST_F(BoardTest, TheFirstOfAnIdIsTheOneEvenWhenItIsBroken) {
  write(R"({"tasks":[{"id":"1","title":""},{"id":"1","title":"One"}]})");

  const Listing listing = list();

  EXPECT_TRUE(listing.tasks.empty());
  EXPECT_THAT(listing.problems, ElementsAre(HasSubstr("/tasks/0/title: empty"),
                                            HasSubstr("/tasks/1/id: an earlier task has it")));
}

TEST_F(BoardTest, GetTellsOneTask) {
  write(R"({"tasks":[{"id":"1","title":"One","x":1},{"id":"2","title":"T","due":"soon"}]})");

  EXPECT_EQ(to_line(std::get<Json>(board().get("1"))),
            R"({"id":"1","title":"One","version":")" + version() + R"("})");
  EXPECT_EQ(message(board().get("3"), Kind::not_found), "find task 3: not in board.json");
  EXPECT_THAT(message(board().get("2"), Kind::invalid), HasSubstr("board.json: /tasks/1/due: "));
}

TEST_F(BoardTest, AMissingFileIsTransientForEveryRequest) {
  const std::string expected = "read board.json: no such file";

  EXPECT_EQ(message(board().list(std::nullopt), Kind::transient), expected);
  EXPECT_EQ(message(board().get("1"), Kind::transient), expected);
  EXPECT_EQ(message(board().set_status({"op", "1", "done"}), Kind::transient), expected);
  EXPECT_TRUE(os::list_directory(dir_.path()).empty());
}

TEST_F(BoardTest, WhatIsNoBoardIsTransientAndNeverWrittenTo) {
  for (const char* damaged : {"", "{", "{\"tasks\":[{\"id\":\"1\"", "[]", "{}", "{\"tasks\":{}}",
                              "{\"tasks\":[],\"tasks\":[]}", "{\"tasks\":[\"\xff\"]}"}) {
    write(damaged);
    EXPECT_THAT(message(board().list(std::nullopt), Kind::transient), HasSubstr("board.json: "));
    EXPECT_THAT(message(board().set_status({"op", "1", "x"}), Kind::transient),
                HasSubstr("board.json: "));
    EXPECT_EQ(text(), damaged);
  }
}

TEST_F(BoardTest, ADamagedFileIsShownWithLineAndColumn) {
  write("{\"tasks\": [\n  {\"id\": \"1\"},\n  {\"id\" \"2\"}\n]}\n");

  EXPECT_THAT(message(board().list(std::nullopt), Kind::transient),
              HasSubstr("board.json: line 3, column 9: "));
}

TEST_F(BoardTest, AFileThatIsBeingSavedIsReadAgain) {
  write(R"({"tasks":[{"id":"1","tit)");
  Forked editor([&](const auto& ready) {
    ready();
    usleep(150'000);
    write(R"({"tasks":[{"id":"1","title":"One"}]})");
    return 0;
  });

  const auto listing = board({.lock = 5s, .half_written = 10s}).list(std::nullopt);

  ASSERT_TRUE(std::holds_alternative<Listing>(listing));
  EXPECT_EQ(std::get<Listing>(listing).tasks.size(), 1U);
}

TEST_F(BoardTest, AStatusIsSetInPlaceAndNothingElseChanges) {
  write(
      "{\"tasks\": [\n\t{\"id\": \"1\", \"status\": \"to do\", \"n\": 1.50},\n\t{\"id\": "
      "\"2\"}\n]}\n");

  const auto result = board().set_status({"op", "1", "läuft"});

  EXPECT_EQ(std::get<Version>(result), version());
  EXPECT_EQ(text(),
            "{\"tasks\": [\n\t{\"id\": \"1\", \"status\": \"läuft\", \"n\": 1.50},\n\t{\"id\": "
            "\"2\"}\n]}\n");
}

TEST_F(BoardTest, AStatusThatStandsIsNotWritten) {
  write(R"({"tasks":[{"id":"1","status":"done"}]})");
  const std::string before = version();

  EXPECT_EQ(std::get<Version>(board().set_status({"op", "1", "done"})), before);

  EXPECT_EQ(version(), before);
}

TEST_F(BoardTest, EveryChangeHasAGreaterVersion) {
  write(R"({"tasks":[{"id":"1"}]})");
  int64_t last = std::stoll(version());
  for (int i = 0; i < 20; ++i) {
    const auto result = board().set_status({"op", "1", std::to_string(i)});
    const int64_t now = std::stoll(std::get<Version>(result));
    ASSERT_GT(now, last);
    last = now;
  }
}

TEST_F(BoardTest, AnUnknownTaskIsNotFoundAndNothingIsWritten) {
  write(R"({"tasks":[]})");
  os::write_file(dir_ / "a", "x");

  EXPECT_EQ(message(board().set_status({"op", "1", "x"}), Kind::not_found),
            "find task 1: not in board.json");
  EXPECT_THAT(message(board().comment({"op", "1", "x"}, kNow), Kind::not_found), HasSubstr("1"));
  EXPECT_THAT(message(board().attach({"op", "1", dir_ / "a", "a"}), Kind::not_found),
              HasSubstr("1"));
  EXPECT_EQ(text(), R"({"tasks":[]})");
  EXPECT_FALSE(os::exists(path_ + ".files"));
}

TEST_F(BoardTest, OfTwoTasksWithOneIdTheFirstIsMeant) {
  write(R"({"tasks":[{"id":"1","title":"a"},{"id":"1","title":"b"}]})");

  board().set_status({"op", "1", "done"});

  EXPECT_EQ(entry(0).value("status", ""), "done");
  EXPECT_FALSE(entry(1).contains("status"));
}

TEST_F(BoardTest, ACommentIsAppendedOnceHoweverOftenItIsSent) {
  write(R"({"tasks":[{"id":"1","comments":[{"text":"a person's, without id"}]}]})");

  board().comment({"op-1", "1", "done\nwell"}, kNow);
  const std::string before = version();
  for (const bool maybe_sent : {false, true}) {
    const auto result = board().comment({"op-1", "1", "done\nwell", maybe_sent}, kNow + 1s);
    EXPECT_EQ(std::get<Version>(result), before);
  }

  EXPECT_EQ(to_line(entry()["comments"]),
            R"([{"text":"a person's, without id"},)"
            R"({"id":"op-1","text":"done\nwell","at":"2025-11-21T04:40:00.789Z"}])");
}

TEST_F(BoardTest, CommentsThatAreNoListAreInvalidAndKept) {
  write(R"({"tasks":[{"id":"1","comments":"my own"}]})");

  EXPECT_EQ(message(board().comment({"op", "1", "x"}, kNow), Kind::invalid),
            "board.json: /tasks/0/comments: not an array but string");
  EXPECT_EQ(entry()["comments"], "my own");
}

TEST_F(BoardTest, AnAttachmentIsCopiedAndListedOnce) {
  write(R"({"tasks":[{"id":"86a1"}]})");
  os::write_file(dir_ / "source", "bytes");
  const upstream::Attach operation{"op-1", "86a1", dir_ / "source", "a.docx"};

  const auto first = board().attach(operation);
  os::remove_file(dir_ / "source");
  const auto second = board().attach(operation);

  EXPECT_EQ(std::get<Version>(first), std::get<Version>(second));
  EXPECT_EQ(to_line(entry()["attachments"]),
            R"([{"id":"op-1","name":"a.docx","path":"board.json.files/86a1/a.docx"}])");
  EXPECT_EQ(os::read_file(dir_ / "board.json.files/86a1/a.docx"), "bytes");
}

TEST_F(BoardTest, AttachmentsOfOneNameAreAllKept) {
  write(R"({"tasks":[{"id":"1"}]})");
  for (const char* bytes : {"one", "two"}) {
    os::write_file(dir_ / "source", bytes);
    board().attach({std::string("op-") + bytes, "1", dir_ / "source", "a.docx"});
  }

  EXPECT_EQ(entry()["attachments"][1]["name"], "a.docx");
  EXPECT_EQ(entry()["attachments"][1]["path"], "board.json.files/1/a-2.docx");
  EXPECT_EQ(os::read_file(dir_ / "board.json.files/1/a-2.docx"), "two");
}

TEST_F(BoardTest, AnAttachmentWithoutItsFileIsInvalid) {
  write(R"({"tasks":[{"id":"1"}]})");

  EXPECT_EQ(message(board().attach({"op", "1", dir_ / "none", "a"}), Kind::invalid),
            "attach " + (dir_ / "none") + ": no such file");
  EXPECT_FALSE(entry().contains("attachments"));
}

TEST_F(BoardTest, ALockedBoardIsTransientAndNamesTheHolder) {
  write(R"({"tasks":[{"id":"1"}]})");
  Forked holder([&](const auto& ready) {
    os::FileLock lock(dir_ / ".board.json.lock");
    if (!lock.try_lock()) return 1;
    ready();
    while (true) pause();
  });

  EXPECT_EQ(message(board({.lock = 50ms, .half_written = 0s}).set_status({"op", "1", "x"}),
                    Kind::transient),
            "lock board.json: held by process " + std::to_string(holder.pid()));
  EXPECT_EQ(list().tasks.size(), 0U);  // reading needs no lock; the task has no title
}

TEST_F(BoardTest, ALinkedBoardStaysALink) {
  os::make_directory(dir_ / "real");
  os::write_file(dir_ / "real/b.json", R"({"tasks":[{"id":"1"}]})");
  std::filesystem::create_symlink("real/b.json", path_);
  os::write_file(dir_ / "source", "x");

  board().set_status({"op", "1", "done"});
  board().attach({"op", "1", dir_ / "source", "a"});

  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(entry().value("status", ""), "done");
  EXPECT_EQ(os::read_file(dir_ / "real/b.json.files/1/a"), "x");
}

// One of several helpers: each change is its own.
int add_comments(const Board& board, int writer, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string op = std::to_string(writer) + "-" + std::to_string(i);
    const auto result = board.comment({op, std::to_string(writer), "x"}, kNow);
    if (!std::holds_alternative<Version>(result)) return 1;
  }
  return 0;
}

TEST_F(BoardTest, SeveralHelpersNeverLoseEachOthersChanges) {
  constexpr int kWriters = 3, kChanges = 200;
  write(R"({"tasks":[{"id":"0"},{"id":"1"},{"id":"2"}]})");
  {
    std::vector<std::unique_ptr<Forked>> writers;
    for (int writer = 0; writer < kWriters; ++writer) {
      writers.push_back(std::make_unique<Forked>([&, writer](const auto& ready) {
        ready();
        return add_comments(board({.lock = 60s, .half_written = 1s}), writer, kChanges);
      }));
    }
    for (const auto& writer : writers) EXPECT_EQ(writer->wait(), 0);
  }

  for (int writer = 0; writer < kWriters; ++writer) {
    EXPECT_EQ(entry(static_cast<size_t>(writer))["comments"].size(), size_t{kChanges});
  }
}

// A person's editor: reads, changes, and renames the whole into place, without any lock.
void edit_by_hand(const std::string& path, int edit) {
  Json board = parse_json(os::read_file(path).value());
  board["notes"].push_back(edit);
  os::replace_file(path, board.dump(2), os::Sync::none);
}

TEST_F(BoardTest, APersonsEditIsNeverLostToAHelper) {
  constexpr int kEdits = 100;
  write(R"({"notes":[],"tasks":[{"id":"0"},{"id":"1"}]})");
  std::vector<std::unique_ptr<Forked>> writers;
  for (int writer = 0; writer < 2; ++writer) {
    writers.push_back(std::make_unique<Forked>([&, writer](const auto& ready) {
      ready();
      return add_comments(board({.lock = 60s, .half_written = 1s}), writer, 200);
    }));
  }

  for (int edit = 0; edit < kEdits; ++edit) {
    edit_by_hand(path_, edit);
    usleep(2000);
  }
  for (const auto& writer : writers) EXPECT_EQ(writer->wait(), 0);

  EXPECT_EQ(parse_json(text())["notes"].size(), size_t{kEdits});
}

}  // namespace
}  // namespace cb::upstream_file
