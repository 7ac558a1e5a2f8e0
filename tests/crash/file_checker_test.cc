// What the checker knows of dropped files: it must see each kind of damage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "crash/check.h"
#include "crash/scenario.h"
#include "crash/store.h"

namespace cb::crash {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using Harm = std::function<void(const World&)>;

void write_store(const World& world, const std::string& statements) {
  sqlite3* db = nullptr;
  sqlite3_open((world.place().state + "/state.db").c_str(), &db);
  const auto all = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;" + statements;
  EXPECT_EQ(sqlite3_exec(db, all.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << statements;
  sqlite3_close(db);
}

void note(const World& world, const std::string& line) {
  std::ofstream(world.place().ledger, std::ios::app) << line << '\n';
}

std::string file_at(const World& world, const std::string& name) {
  return world.directory() + "/inbox/" + name;
}

std::string run_of_report(const World& world) {
  return Store(world.place().state)
      .text("SELECT id FROM runs WHERE task = (SELECT n FROM tasks WHERE id = 'report')");
}

// A file whose task succeeded, and one that nobody was to have.
void lay_out_files(World& world) {
  lay_out_board(world);
  world.run({"cb-poll"});
  world.run({"cb-exec"});
  world.run_later({"cb-exec"});
  world.drop("inbox/a.csv", "a");
  world.drop("inbox/spare.csv", "spare", Fate::kept);
  note(world, "got board:report " + run_of_report(world) + " a");
  write_store(world,
              "INSERT INTO files (watch, name, content, size, stamp, path, old_path, stage, task, "
              "match, missed, since) SELECT 'inbox', 'a.csv', 'c', 1, 1, '" +
                  file_at(world, "a.csv") +
                  "', '', 'settled', n, '', 0, 1 FROM tasks WHERE id = 'report'");
}

Harm store(const std::string& statements) {
  return [=](const World& world) { write_store(world, statements); };
}
Harm ledger_line(const std::string& line) {
  return [=](const World& world) { note(world, line); };
}
Harm drop(const std::string& name, const std::string& id, Fate fate) {
  return [=](const World& world) { world.drop("inbox/" + name, id, fate); };
}

struct FileCase {
  Harm harm;
  std::string says;
};

const FileCase kFileCases[] = {
    {store("UPDATE files SET stage = 'given'"), "a.csv: given, but its task is in board"},
    {store("UPDATE files SET stage = 'given'"), "its task ended, and it is still given"},
    {store("UPDATE files SET stage = 'leaving', old_path = '/x'"), "a.csv: still leaving"},
    {store("UPDATE files SET stage = 'leaving'"), "leaving with task"},
    {store("UPDATE files SET stage = 'unmatched'"), "unmatched with task"},
    {store("UPDATE files SET stage = 'given', task = NULL"), "given with task none"},
    {store(
         "UPDATE files SET stage = 'given'; INSERT INTO files (watch, name, content, size, stamp, "
         "path, old_path, stage, task, match, missed, since) SELECT watch, 'b', content, 1, 2, "
         "path, '', 'given', task, '', 0, 1 FROM files"),
     "board:report: 2 files are given to it"},
    {store("UPDATE files SET watch = 'board'"), "board:bad of a watch has no file"},
    {store("UPDATE files SET path = '/x'"), "/x is not where it lies"},
    {ledger_line("torn board:report r"), "was given a file that was not whole"},
    {ledger_line("astray board:report r"), "CB_FILE was not the argument"},
    {ledger_line("got board:first r a"), "content a: given to 2 tasks"},
    {[](const World& world) { note(world, "got board:report " + run_of_report(world) + " a"); },
     "content a: done 2 times"},
    {ledger_line("got board:report r spare"), "content spare: nobody was to have it"},
    {[](const World& world) { fs::remove(file_at(world, "spare.csv")); }, "content spare: lost"},
    {[](const World& world) { std::ofstream(file_at(world, "a.csv")) << "x"; }, "content a: lost"},
    {[](const World& world) { std::ofstream(file_at(world, ".tmp")) << "x"; }, "a stray file: "},
    {[](const World& world) { fs::copy(file_at(world, "a.csv"), file_at(world, "b.csv")); },
     "content a: lies at"},
    {drop("b.csv", "b", Fate::done), "content b: nobody got it"},
    {drop("b.csv", "b", Fate::printed), "b.csv: printed 0 times"},
    {[](const World& world) { world.write("printed", "/nowhere\n"); }, "\"/nowhere\" was printed"},
};

TEST(CrashChecker, SeesWhatIsWrongWithDroppedFiles) {
  World world;
  lay_out_files(world);
  world.save();
  EXPECT_THAT(check(world.place(), When::settled).violations, ::testing::IsEmpty());

  for (const auto& [harm, says] : kFileCases) {
    world.restore();
    harm(world);
    EXPECT_THAT(check(world.place(), When::settled).violations, Contains(HasSubstr(says)));
  }
}

}  // namespace
}  // namespace cb::crash
