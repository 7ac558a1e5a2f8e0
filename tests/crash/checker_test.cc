// The checker itself: it must see every kind of damage, or a sweep that finds none says nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "crash/check.h"
#include "crash/forged_journal.h"
#include "crash/scenario.h"

namespace cb::crash {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using Damage = std::function<void(const World&)>;

Damage sql(const std::string& statements) {
  return [statements](const World& world) {
    sqlite3* db = nullptr;
    sqlite3_open((world.place().state + "/state.db").c_str(), &db);
    const auto all =
        "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;" + statements;
    char* problem = nullptr;
    sqlite3_exec(db, all.c_str(), nullptr, nullptr, &problem);
    EXPECT_STREQ(problem, nullptr);
    sqlite3_free(problem);
    sqlite3_close(db);
  };
}

json& task(json& board, const std::string& id) {
  for (auto& each : board["tasks"])
    if (each["id"] == id) return each;
  throw std::runtime_error("no task " + id);
}

Damage board(const std::function<void(json&)>& change) {
  return [change](const World& world) {
    auto content = json::parse(std::ifstream(world.place().board));
    change(content);
    std::ofstream(world.place().board) << content;
  };
}

Damage ledger(const std::string& lines) {
  return
      [lines](const World& world) { std::ofstream(world.place().ledger, std::ios::app) << lines; };
}

// One line of the ledger twice.
Damage repeated(const std::string& beginning) {
  return [beginning](const World& world) {
    std::ifstream file(world.place().ledger);
    std::string line;
    while (std::getline(file, line) && !line.starts_with(beginning)) {
    }
    std::ofstream(world.place().ledger, std::ios::app) << line << '\n';
  };
}

Damage without_ledger() {
  return [](const World& world) { std::filesystem::remove(world.place().ledger); };
}

// Of the run of the task that came first.
Damage end_kept(const std::string& id) {
  return [=](const World& world) {
    std::ifstream file(world.place().ledger);
    std::string word, name_of_task, run, rest;
    while (file >> word >> name_of_task >> run && name_of_task != "board:" + id)
      std::getline(file, rest);
    std::ofstream(world.place().ends) << R"({"run": ")" << run << R"("})";
  };
}

Damage file_on_board(const std::string& name) {
  return [name](const World& world) {
    std::ofstream(world.place().board + ".files/report/" + name) << "forged";
  };
}

Damage bytes_lost() {
  return [](const World& world) {
    sql("PRAGMA wal_checkpoint(TRUNCATE)")(world);
    std::fstream file(world.place().state + "/state.db");
    file.seekp(3 * 4096);
    file << std::string(4096, 'x');
  };
}

// What a tool printed, as if it had.
Damage answer(const std::string& tool, const std::string& line) {
  return [=](const World& world) {
    std::filesystem::create_directory(world.place().answers);
    std::ofstream(world.place().answers + "/" + tool + ".1") << line << '\n';
  };
}

void without_bad(json& content) {
  std::erase_if(content["tasks"].get_ref<json::array_t&>(),
                [](const auto& each) { return each["id"] == "bad"; });
}

Damage both(const Damage& a, const Damage& b) {
  return [=](const World& world) {
    a(world);
    b(world);
  };
}

const std::string kReport = "(SELECT n FROM tasks WHERE id = 'report')";
const std::string kBad = "(SELECT n FROM tasks WHERE id = 'bad')";
const std::string kRunOfBad = "(SELECT max(id) FROM runs WHERE task = " + kBad + ")";

struct Case {
  Damage damage;
  std::string says;
};

const Case kCases[] = {
    {sql("DELETE FROM events WHERE seq = 5"), "event 5: missing"},
    {sql("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)"), "its last event"},
    {sql("UPDATE events SET old = 'held' WHERE cause = 'run_failed'"),
     "from held, but the one before led to running"},
    {sql("UPDATE events SET cause = 'released_by_user' WHERE cause = 'dependencies_met'"),
     "is not legal"},
    {sql("UPDATE events SET cause = 'put_back' WHERE cause = 'dependencies_met'"),
     "nobody touched the board"},
    {sql("UPDATE events SET run = 'another' WHERE cause = 'run_failed'"),
     "there is no run another"},
    {sql("UPDATE events SET run = NULL WHERE cause = 'claimed'"), "was claimed 0 times"},
    {sql("UPDATE tasks SET state = 'failed' WHERE id = 'first'"),
     "board:first: failed (succeeded), but its last event"},
    {sql("UPDATE tasks SET state = 'running' WHERE id = 'first'"),
     "board:first: running without a live run"},
    {sql("UPDATE tasks SET run = 'another' WHERE id = 'first'"),
     "board:first: succeeded but has run another"},
    {sql("UPDATE tasks SET reason = '' WHERE id = 'first'"), "board:first: without a reason"},
    {sql("UPDATE tasks SET unmet = 1 WHERE id = 'second'"),
     "board:second: waits for 1 tasks, not 0"},
    {sql("UPDATE tasks SET state = 'ready' WHERE id = 'first'"), "board:first: still ready"},
    {sql("UPDATE tasks SET state = 'blocked' WHERE id = 'first'"),
     "board:first: blocked and waits for 0 tasks"},
    {sql("UPDATE tasks SET state = 'ready', turn = 1 WHERE id IN ('one', 'two')"),
     "key Acme: 0 running, 2 whose turn it is"},
    {sql("DELETE FROM tasks WHERE id = 'first'"),
     "board:first: on the board, but not in the store"},
    {sql("DELETE FROM tasks WHERE id = 'first'"), "foreign key: a row of runs has no tasks"},
    {sql("UPDATE deps SET met = 0"), "board:second: board:first counts as not done"},
    {sql("UPDATE counts SET tasks = tasks + 1 WHERE state = 'failed'"),
     "counts: 2 of 1 board tasks failed"},
    {sql("INSERT INTO counts VALUES ('board', 'held', 'crashed', 1)"),
     "tasks held (crashed) that are not there"},
    {sql("UPDATE runs SET outcome = NULL, ended_at = NULL WHERE task = " + kReport),
     "lives but does not own it"},
    {sql("UPDATE runs SET outcome = NULL, ended_at = NULL WHERE task = " + kReport), "still lives"},
    {sql("UPDATE runs SET outcome = NULL, ended_at = NULL WHERE task = " + kBad),
     "board:bad: 2 live runs"},
    {sql("UPDATE runs SET outcome = NULL WHERE task = " + kReport), "ended without an outcome"},
    {sql("UPDATE runs SET outcome = 'failed' WHERE task = " + kReport),
     "failed, but its event says run_succeeded"},
    {sql("UPDATE runs SET outcome = 'failed' WHERE task = " + kReport),
     "exited 0, but counts as failed"},
    {sql("UPDATE runs SET outcome = 'superseded' WHERE task = " + kReport),
     "(superseded) changed it 1 times"},
    {sql("UPDATE runs SET outcome = 'interrupted' WHERE task = " + kReport),
     "began, but counts as interrupted"},
    {sql("UPDATE runs SET outcome = 'succeeded' WHERE task = " + kBad),
     "succeeded, but its command did not"},
    {sql("UPDATE runs SET attempt = 3 WHERE id = " + kRunOfBad), "board:bad: attempt 3 of 2"},
    {sql("DELETE FROM runs WHERE task = " + kReport), "began but is not in the store"},
    {both(sql("UPDATE runs SET outcome = 'crashed' WHERE task = " + kReport), end_kept("report")),
     "counts as crashed, but its end is known"},
    {sql("UPDATE outbox SET state = 'owed', done_at = NULL WHERE kind = 'attach'"),
     ": still owed: attach report.txt"},
    {sql("UPDATE outbox SET state = 'parked' WHERE kind = 'comment'"), ": still parked: comment"},
    {sql("UPDATE outbox SET state = 'dropped' WHERE kind = 'comment'"), " was dropped: "},
    {sql("DELETE FROM outbox WHERE kind = 'attach'"), "owes 0 attachments of 1"},
    {sql("DELETE FROM outbox WHERE kind = 'attach'"), "of board:report is nobody's"},
    {sql("DELETE FROM outbox WHERE kind = 'comment'"), "failed for good with 0 comments"},
    {sql("UPDATE outbox SET run = " + kRunOfBad + " WHERE kind = 'attach'"), "report.txt of run"},
    {sql("UPDATE outbox SET meaning = 'succeeded' WHERE meaning = 'failed'"), ", which failed"},
    {sql("UPDATE outbox SET run = (SELECT min(id) FROM runs WHERE task = " + kBad +
         ") WHERE meaning = 'failed'"),
     "after which the task went on"},
    {bytes_lost(), "malformed"},
    {change_journal([](auto& lines) { lines.push_back(lines[1]); }), "journal: event 2 after "},
    {change_journal([](auto& lines) { lines[2][80] ^= 1; }), "journal: line 3 is damaged"},
    {change_journal([](auto& lines) { lines.pop_back(); }), "is missing"},
    {change_journal([](auto& lines) { forge(lines[1], "discovered", "put_back"); }),
     "journal: event 2 is another in the store"},
    {change_journal([](auto& lines) { forge(lines.back(), R"("state":")", R"("state":"un)"); }),
     "but its row is un"},
    {board([](json& b) { task(b, "bad")["comments"].push_back(task(b, "bad")["comments"][0]); }),
     "stands there 2 times"},
    {board([](json& b) { task(b, "bad")["comments"][0]["text"] = "fine"; }), "says another thing"},
    {board([](json& b) { task(b, "bad").erase("comments"); }),
     "(comment) was delivered and is not there"},
    {board([](json& b) { task(b, "report").erase("attachments"); }),
     "(attach) was delivered and is not there"},
    {board([](json& b) { task(b, "bad")["attachments"] = {{{"id", "op-x"}, {"path", "x"}}}; }),
     "attach op-x of board:bad is nobody's"},
    {board([](json& b) { task(b, "first")["status"] = "in progress"; }),
     "but the board says in progress"},
    {board([](json& b) { task(b, "bad")["status"] = "to do"; }),
     "board:bad: failed, but the board says to do"},
    {board([](json& b) { b["tasks"].push_back({{"id", "new"}}); }),
     "board:new: on the board, but not in the store"},
    {file_on_board("report.txt"), "report.txt is not what"},
    {file_on_board("report-2.txt"), "report-2.txt belongs to no task"},
    {both(ledger("begin board:first late\n"), repeated("end board:first")),
     "run late began inside"},
    {ledger("overlap board:first late\n"), "a command of another run was alive when late began"},
    {repeated("begin board:first"), "began 2 times"},
    {ledger("end board:first late 0\n"), "run late ended but never began"},
    {ledger("begin board:first late\n"), "run late began but is not in the store"},
    {without_ledger(), "succeeded, but its command did not"},
    {ledger("key-overlap board:one late\n"), "a command of its key was alive when late began"},
    {both(ledger("begin board:two late\n"), repeated("end board:one")), "of its key"},
    {sql("INSERT INTO deps SELECT n, 0, 'board', 'bad', 0 FROM tasks WHERE id = 'report'"),
     "before board:bad was done"},
    {sql("INSERT INTO deps SELECT n, 0, 'board', 'bad', 0 FROM tasks WHERE id = 'report'"),
     "before board:bad had ended"},
    {sql("UPDATE runs SET exit = 3 WHERE task = " + kReport), "exited 0, not 3"},
    {without_ledger(), "exited 0, but never began"},
    {sql("UPDATE tasks SET reason = 'in_progress_elsewhere' WHERE id = 'first'"),
     "board:first: held as somebody else's"},
    {both(sql("UPDATE tasks SET state = 'ready' WHERE id = 'bad'"), board(without_bad)),
     "board:bad: no longer on the board, but ready"},
    {answer("cb-exec", R"({"task": "board:bad", "run": "none", "outcome": "failed"})"),
     "cb-exec said that run none failed, but the store says that it lives"},
    {answer("cb-poll", R"({"task": "board:bad", "verdict": "canceled", "previous": null})"),
     "cb-poll said unknown to canceled, but no event does"},
    {answer("cb-task",
            R"({"task": "board:bad", "action": "hold", "previous": "ready", "state": "held"})"),
     "1 times held_by_user from ready to held was said, and done 0 times"},
};

Checked check_settled(const World& world) { return check(world.place(), When::settled); }

std::vector<std::string> violations(const World& world) {
  try {
    return check_settled(world).violations;
  } catch (const std::runtime_error& error) {
    return {error.what()};
  }
}

TEST(CrashChecker, FindsNothingWrongUntilSomethingIsDamagedAndThenNamesIt) {
  World world;
  lay_out_board(world);
  world.run({"cb-poll"});
  world.run({"cb-exec"});
  world.run_later({"cb-exec"});
  world.save();
  const auto checked = check_settled(world);
  EXPECT_THAT(checked.violations, ::testing::IsEmpty());
  EXPECT_EQ(checked.runs, 7);

  for (const auto& [damage, says] : kCases) {
    world.restore();
    damage(world);
    EXPECT_THAT(violations(world), Contains(HasSubstr(says)));
  }
}

TEST(CrashChecker, KnowsThatNothingMayRunBeforeThereIsAStore) {
  World world;
  lay_out_board(world);
  EXPECT_THAT(violations(world), ::testing::IsEmpty());
  ledger("begin board:first r1\n")(world);

  EXPECT_THAT(violations(world), Contains("board:first: run r1 began, but there is no store"));
}

}  // namespace
}  // namespace cb::crash
