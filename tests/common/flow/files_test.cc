#include "flow/files.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "common/flow/flow_fixture.h"
#include "flow/match_note.h"
#include "flow/own_task.h"
#include "flow/refresh.h"

namespace cb::flow {
namespace {

using cb::testing::failure;
using cb::testing::kNow;
using cb::testing::retry_after;
using cb::testing::success;
using model::State;
using state::FileStage;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Taken = TakenFile::Kind;
using namespace std::chrono_literals;

// A watch "inbox" whose files are tasks of their own, and a watch "links" whose files are for tasks
// of the board that wait for one.
class FilesFlowTest : public cb::testing::StoreTest {
 protected:
  static config::Config make_config() {
    config::Config config;
    config::Watch inbox, links;
    inbox.name = "inbox";
    inbox.dir = "/in";
    inbox.kind = "Report";
    inbox.fields = {"{Client} - {Month}.xlsx"};
    links.name = "links";
    links.dir = "/links";
    links.for_source = "board";
    links.for_kind = "Links";
    links.for_key = "{fields.Order}";
    config.watches = {inbox, links};
    config.handlers = {
        {.name = "report", .match = {{"source", "inbox"}}, .run = {"convert", "{file}"}},
        {.name = "links",
         .match = {{"kind", "Links"}},
         .run = {"x", "{file}"},
         .needs_file = "links"},
        {.name = "other", .run = {"x"}}};
    return config;
  }
  const config::Watch& watch(const std::string& name) const {
    return config.watches.at(name == "inbox" ? 0 : 1);
  }

  template <typename Work>
  auto once(Work work, const config::Watch& watched) {
    db::Transaction transaction(db());
    Waiting waiting(db(), config, watched);
    auto result = work(waiting);
    transaction.commit();
    return result;
  }

  TakenFile take(const std::string& watch_name, const std::string& name,
                 const std::string& content = "1") {
    const auto& watched = watch(watch_name);
    const FoundFile found{.name = name,
                          .path = watched.dir + "/" + name,
                          .content = content,
                          .size = 3,
                          .stamp = ++stamps};
    return once(
        [&](Waiting& waiting) { return take_file(db(), config, watched, waiting, found, now); },
        watched);
  }
  std::vector<TakenFile> again(const std::string& watch_name = "links") {
    const auto& watched = watch(watch_name);
    return once([&](Waiting& waiting) { return match_again(db(), config, watched, waiting, now); },
                watched);
  }
  // A task of the board, as a listing shows it.
  void wants(const std::string& id, const std::string& title, const std::string& kind = "Links",
             const std::string& fields = "{}") {
    const model::Task task{.name = {"board", id}, .title = title, .kind = kind, .fields = fields};
    const auto rules = config.rules_of("board");
    write([&] { admit(db(), {rules, config.handlers}, {.task = task}, now); });
  }

  bool misses(const TakenFile& taken) {
    auto file = state::get_file(db(), taken.file.n).value();
    bool is_gone = false;
    write([&] { is_gone = note_file_missing(db(), config, file, now); });
    return is_gone;
  }
  bool vanishes(const TakenFile& taken) {
    EXPECT_FALSE(misses(taken));
    return misses(taken);
  }

  TakenFile tie(const TakenFile& taken, const std::string& id,
                const std::string& source = "board") {
    TakenFile tied;
    write([&] {
      tied = tie_file(db(), config, state::get_file(db(), taken.file.n).value(), task(id, source),
                      now);
    });
    return tied;
  }
  std::string refusal(const TakenFile& taken, const std::string& id,
                      const std::string& source = "board") {
    try {
      tie(taken, id, source);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::answer);
      return error.what();
    }
    return "tied";
  }

  FileStage stage(const TakenFile& taken) { return state::get_file(db(), taken.file.n)->stage; }
  // "ready ready", "held waiting_for_file"
  std::string state_of(const model::TaskName& name) {
    const auto row = state::find_task(db(), name).value();
    return std::string(model::to_string(row.state)) + " " + row.reason;
  }
  std::string state_of(const TakenFile& taken) { return state_of(taken.task->task.name); }
  std::string state_of(const std::string& id) { return state_of(model::TaskName{"board", id}); }
  std::string file_of(const std::string& id) {
    const auto file = state::file_of_task(db(), task(id).n);
    return file ? file->path : "";
  }
  std::vector<std::string> causes(const model::TaskName& name) {
    std::vector<std::string> found;
    state::read_events(db(), 0, task(name.id, name.source).n, 100, [&](const auto& event) {
      found.push_back(std::string(model::to_string(event.cause)) +
                      (event.detail.empty() ? "" : ": " + event.detail));
    });
    return found;
  }
  void run_own(const TakenFile& taken, const model::Conclusion& conclusion) {
    auto row = state::get_task(db(), taken.task->n);
    state::RunRow run;
    run.id = "run-" + std::to_string(++runs);
    run.handler = row.handler;
    run.host = os::host_name();
    run.supervisor = os::this_process();
    write([&] {
      state::start_run(db(), row, run, now);
      run.outcome = conclusion.outcome;
      state::finish_run(db(), run, conclusion, now);
    });
  }

  config::Config config = make_config();
  Instant now = kNow;
  int64_t stamps = 0;
  int runs = 0;
};

// --- each file a task of its own

TEST_F(FilesFlowTest, ANewFileIsATaskOfItsOwn) {
  const auto taken = take("inbox", "Acme - May.xlsx");

  EXPECT_EQ(taken.kind, Taken::given);
  EXPECT_EQ(stage(taken), FileStage::given);
  const auto row = state::get_task(db(), taken.file.task);
  EXPECT_EQ(row.task.name.source, "inbox");
  EXPECT_EQ(row.task.name.id, own_task_id("Acme - May.xlsx", "1"));
  EXPECT_EQ(row.task.title, "Acme - May.xlsx");
  EXPECT_EQ(row.task.kind, "Report");
  EXPECT_EQ(row.task.fields, R"({"Client":"Acme","Month":"May"})");
  EXPECT_EQ(state_of(taken), "ready ready");
  EXPECT_THAT(causes(row.task.name), ElementsAre("discovered"));
  EXPECT_EQ(state::file_of_task(db(), row.n)->path, "/in/Acme - May.xlsx");
}

TEST_F(FilesFlowTest, ANameThatNoPatternFitsGivesNoFields) {
  EXPECT_EQ(take("inbox", "notes.txt").task->task.fields, "{}");
}

TEST_F(FilesFlowTest, AnOwnTaskThatNeedsTheFileOfItsWatchHasIt) {
  config.handlers[0].needs_file = "inbox";

  EXPECT_EQ(state_of(take("inbox", "a.xlsx")), "ready ready");
}

TEST_F(FilesFlowTest, IdsOfOwnTasksAreStableAndSafe) {
  const std::string names[] = {"a.xlsx",
                               "line\nbreak",
                               "\xff.bin",
                               "-rf",
                               "d/e.xlsx",
                               std::string(250, 'x'),
                               std::string(100, 'x') + std::string(80, '\xc3') + "y"};
  for (const auto& name : names) {
    const auto id = own_task_id(name, "1");
    EXPECT_TRUE(model::is_task_id(id)) << name;
    EXPECT_EQ(id, own_task_id(name, "1"));
    EXPECT_NE(id, own_task_id(name, "2"));
    EXPECT_LE(id.size(), 217u);
  }
  EXPECT_TRUE(own_task_id("a.xlsx", "1").starts_with("a.xlsx@"));
  EXPECT_NE(own_task_id("ab", "c"), own_task_id("a", "bc"));
  std::string accents;
  for (int i = 0; i < 120; ++i) accents += "\xc3\xa9";
  EXPECT_TRUE(is_valid_utf8(own_task_id(accents, "1")));
}

TEST_F(FilesFlowTest, HostileNamesBecomeTasks) {
  for (const auto* name : {"line\nbreak.xlsx", "\xff\xfe.xlsx", "-rf", " ", "a\x1b[31m"}) {
    const auto taken = take("inbox", name);
    EXPECT_EQ(taken.kind, Taken::given) << name;
    EXPECT_EQ(state::get_file(db(), taken.file.n)->name, name);
    EXPECT_EQ(taken.task->task.title, printable(name));
  }
}

TEST_F(FilesFlowTest, TheSameFileIsKnownWhateverItsStamp) {
  const auto first = take("inbox", "a.xlsx");

  const auto second = take("inbox", "a.xlsx");

  EXPECT_EQ(second.kind, Taken::known);
  EXPECT_EQ(second.file.n, first.file.n);
  EXPECT_EQ(state::get_file(db(), first.file.n)->stamp, stamps);
  EXPECT_THAT(causes(first.task->task.name), SizeIs(1));
}

TEST_F(FilesFlowTest, ACopyBackOfWhatWasMovedIsKnownAndTheTaskKeepsItsFile) {
  auto taken = take("inbox", "a.xlsx");
  run_own(taken, success());
  taken.file.stage = FileStage::settled;
  taken.file.path = "/in/processed/a.xlsx";
  write([&] { state::update_file(db(), taken.file); });

  EXPECT_EQ(take("inbox", "a.xlsx").kind, Taken::known);

  EXPECT_EQ(state::file_of_task(db(), taken.file.task)->path, "/in/processed/a.xlsx");
  EXPECT_EQ(state_of(taken), "succeeded succeeded");
}

TEST_F(FilesFlowTest, NewContentReplacesWhatHasNotBegun) {
  const auto first = take("inbox", "a.xlsx", "1");
  const auto second = take("inbox", "a.xlsx", "2");

  EXPECT_EQ(second.kind, Taken::given);
  EXPECT_EQ(stage(first), FileStage::replaced);
  EXPECT_EQ(state_of(first), "canceled gone_upstream");
  EXPECT_EQ(state::get_task(db(), first.file.task).detail, "replaced by a newer file");
  EXPECT_EQ(state_of(second), "ready ready");
}

TEST_F(FilesFlowTest, NewContentLeavesAloneWhatHasBegun) {
  const auto begun = take("inbox", "a.xlsx", "1");
  run_own(begun, retry_after(1min));
  const auto ended = take("inbox", "a.xlsx", "2");
  run_own(ended, success());
  take("inbox", "a.xlsx", "3");

  EXPECT_EQ(state_of(begun), "ready retry");
  EXPECT_EQ(stage(begun), FileStage::given);
  EXPECT_EQ(state_of(ended), "succeeded succeeded");
  EXPECT_EQ(stage(ended), FileStage::given);
}

TEST_F(FilesFlowTest, AnOlderContentThatReturnsIsATaskAgain) {
  const auto first = take("inbox", "a.xlsx", "1");
  const auto second = take("inbox", "a.xlsx", "2");

  const auto third = take("inbox", "a.xlsx", "1");

  EXPECT_EQ(third.kind, Taken::returned);
  EXPECT_EQ(third.file.n, first.file.n);
  EXPECT_EQ(state_of(first), "ready ready");
  EXPECT_EQ(stage(second), FileStage::replaced);
  EXPECT_EQ(state_of(second), "canceled gone_upstream");
  EXPECT_THAT(causes(first.task->task.name),
              ElementsAre("discovered", "withdrawn: replaced by a newer file",
                          "put_back: its file is back"));
}

TEST_F(FilesFlowTest, WhatAPersonCanceledStaysSoWhenItsFileReturns) {
  const auto first = take("inbox", "a.xlsx", "1");
  write([&] {
    auto row = state::get_task(db(), first.file.task);
    state::change_state(
        db(), row,
        {model::Cause::canceled_by_user, State::canceled, model::reason::canceled_by_user, ""},
        now);
  });
  take("inbox", "a.xlsx", "2");

  EXPECT_EQ(take("inbox", "a.xlsx", "1").kind, Taken::known);
  EXPECT_EQ(state_of(first), "canceled canceled_by_user");
}

TEST_F(FilesFlowTest, AFileThatVanishesTakesItsTaskBackTheSecondTime) {
  const auto taken = take("inbox", "a.xlsx");

  EXPECT_FALSE(misses(taken));
  EXPECT_EQ(state_of(taken), "ready ready");
  EXPECT_TRUE(misses(taken));
  EXPECT_EQ(stage(taken), FileStage::gone);
  EXPECT_EQ(state_of(taken), "canceled gone_upstream");
  EXPECT_FALSE(misses(taken));
}

TEST_F(FilesFlowTest, SeenInBetweenItIsNotGone) {
  const auto taken = take("inbox", "a.xlsx");
  EXPECT_FALSE(misses(taken));
  auto file = state::get_file(db(), taken.file.n).value();
  write([&] { note_file_present(db(), file); });

  EXPECT_FALSE(misses(taken));
  EXPECT_EQ(state_of(taken), "ready ready");
}

TEST_F(FilesFlowTest, AVanishedFileThatIsBackIsATaskAgain) {
  const auto taken = take("inbox", "a.xlsx");
  EXPECT_TRUE(vanishes(taken));

  EXPECT_EQ(take("inbox", "a.xlsx").kind, Taken::returned);

  EXPECT_EQ(state_of(taken), "ready ready");
  EXPECT_EQ(stage(taken), FileStage::given);
}

TEST_F(FilesFlowTest, WhatHasBegunIsNotTakenBackWhenItsFileVanishes) {
  const auto taken = take("inbox", "a.xlsx");
  run_own(taken, failure());

  EXPECT_FALSE(vanishes(taken));
  EXPECT_EQ(stage(taken), FileStage::given);
  EXPECT_EQ(state_of(taken), "failed failed");
}

TEST_F(FilesFlowTest, AFileThatWasMovedIsNotMissedWhereItWas) {
  auto taken = take("inbox", "a.xlsx");
  taken.file.path = "/in/failed/a.xlsx";  // by an earlier end of its task, which runs again
  write([&] { state::update_file(db(), taken.file); });

  EXPECT_FALSE(vanishes(taken));
  EXPECT_EQ(state_of(taken), "ready ready");
}

TEST_F(FilesFlowTest, AForgottenTaskIsNotDoneAgain) {
  const auto taken = take("inbox", "a.xlsx");
  run_own(taken, success());
  write([&] { state::forget_task(db(), state::get_task(db(), taken.file.task), now); });

  const auto again = take("inbox", "a.xlsx");
  EXPECT_EQ(again.kind, Taken::known);
  EXPECT_EQ(again.file.stage, FileStage::settled);

  write([&] { db().run("DELETE FROM files"); });  // even if the file is forgotten too
  const auto anew = take("inbox", "a.xlsx");
  EXPECT_EQ(anew.kind, Taken::known);
  EXPECT_EQ(anew.file.stage, FileStage::settled);
  EXPECT_FALSE(state::find_task(db(), taken.task->task.name));
}

TEST_F(FilesFlowTest, AFilterOnlyListsEachContentOnce) {
  config::Watch filter;
  filter.name = "dir:/in";
  filter.dir = "/in";
  const FoundFile found{.name = "a", .path = "/in/a", .content = "1", .stamp = 1};
  const auto run = [&](const FoundFile& file) {
    return once(
        [&](Waiting& waiting) { return take_file(db(), config, filter, waiting, file, now); },
        filter);
  };

  EXPECT_EQ(run(found).kind, Taken::listed);
  EXPECT_EQ(run(found).kind, Taken::known);
  auto newer = found;
  newer.content = "2";
  EXPECT_EQ(run(newer).kind, Taken::listed);
  EXPECT_THAT(state::files_in(db(), "dir:/in", FileStage::listed, 0, 10), SizeIs(2));
  EXPECT_EQ(one_number("SELECT count(*) FROM tasks"), 0);
}

// --- for a task that waits

TEST_F(FilesFlowTest, AFileIsTiedToTheTaskOfItsExactKey) {
  wants("86a1", "Links for Acme");
  wants("86a2", "Links for Beta", "Links", R"({"Order":"PO4711"})");

  const auto by_id = take("links", "86a1.xlsx");
  const auto by_key = take("links", "sub/PO4711.xlsx");

  EXPECT_EQ(by_id.kind, Taken::given);
  EXPECT_EQ(by_id.task->task.name.id, "86a1");
  EXPECT_EQ(by_key.task->task.name.id, "86a2");
  EXPECT_EQ(read_match_note(by_key.file.match).is, "exact");
  EXPECT_EQ(state_of("86a1"), "ready ready");
  EXPECT_EQ(file_of("86a2"), "/links/sub/PO4711.xlsx");
  EXPECT_THAT(causes({"board", "86a1"}),
              ElementsAre("discovered: from watch links", "evaluated: file 86a1.xlsx"));
}

TEST_F(FilesFlowTest, AFileIsTiedByTheWordsOfTheTitle) {
  wants("1", "Links for Acme Oslo");
  wants("2", "Backlinks Beta Bergen");

  const auto taken = take("links", "acme_oslo-links for.xlsx");

  EXPECT_EQ(taken.kind, Taken::given);
  EXPECT_EQ(taken.task->task.name.id, "1");
  const auto note = read_match_note(taken.file.match);
  EXPECT_EQ(note.is, "words");
  EXPECT_EQ(note.candidates.at(0).task, "board:1");
  EXPECT_GT(note.candidates.at(0).score, 0.5);
  EXPECT_EQ(state_of("2"), "held waiting_for_file");
}

TEST_F(FilesFlowTest, ANearTieIsKeptWithItsCandidates) {
  wants("1", "Links for Acme");
  wants("2", "Links for Acme");

  const auto taken = take("links", "links for acme.xlsx");

  EXPECT_EQ(taken.kind, Taken::unmatched);
  EXPECT_EQ(stage(taken), FileStage::unmatched);
  const auto note = read_match_note(state::get_file(db(), taken.file.n)->match);
  EXPECT_EQ(note.is, "near_tie");
  EXPECT_THAT(note.candidates, SizeIs(2));
  EXPECT_EQ(state_of("1"), "held waiting_for_file");
}

TEST_F(FilesFlowTest, WhatFitsNothingIsKept) {
  wants("1", "Links for Acme");

  EXPECT_EQ(take("links", "zebra.xlsx").kind, Taken::unmatched);
  EXPECT_EQ(state_of("1"), "held waiting_for_file");
}

TEST_F(FilesFlowTest, OnlyTasksThatWaitForThisWatchAreCandidates) {
  wants("1", "Links for Acme", "Poem");  // another handler
  wants("2", "Links for Acme");
  change("2", model::Cause::held_by_user, State::held, model::reason::held_by_user);
  config.handlers[0] = {
      .name = "more", .match = {{"kind", "More"}}, .run = {"x"}, .needs_file = "links"};
  wants("3", "Links for Acme", "More");  // waits for the watch, but is none of its "for"
  EXPECT_EQ(state_of("3"), "held waiting_for_file");

  const auto taken = take("links", "links for acme.xlsx");

  EXPECT_EQ(taken.kind, Taken::unmatched);
  EXPECT_EQ(taken.file.match, R"({"is":"none","candidates":[]})");
}

TEST_F(FilesFlowTest, ATaskGetsOneFileOfABatch) {
  wants("86a1", "Links for Acme");
  const auto& watched = watch("links");
  const auto both = once(
      [&](Waiting& waiting) {
        std::vector<TakenFile> taken;
        for (const auto* name : {"86a1.xlsx", "86a1 copy.xlsx"})
          taken.push_back(take_file(db(), config, watched, waiting,
                                    {.name = name, .path = name, .content = "1", .stamp = 1}, now));
        return taken;
      },
      watched);

  EXPECT_EQ(both[0].kind, Taken::given);
  EXPECT_EQ(both[1].kind, Taken::unmatched);
  EXPECT_EQ(read_match_note(both[1].file.match).is, "taken");
}

TEST_F(FilesFlowTest, ATiedTaskThatHasNotBegunGetsTheNewContent) {
  wants("86a1", "Links for Acme");
  const auto first = take("links", "86a1.xlsx", "1");

  const auto second = take("links", "86a1.xlsx", "2");

  EXPECT_EQ(second.kind, Taken::given);
  EXPECT_EQ(stage(first), FileStage::replaced);
  EXPECT_EQ(second.task->task.name.id, "86a1");
  EXPECT_EQ(second.file.match, first.file.match);
  EXPECT_EQ(state::file_of_task(db(), task("86a1").n)->n, second.file.n);
  EXPECT_EQ(state_of("86a1"), "ready ready");

  const auto third = take("links", "86a1.xlsx", "1");
  EXPECT_EQ(third.kind, Taken::returned);
  EXPECT_EQ(third.file.n, first.file.n);
  EXPECT_EQ(state::file_of_task(db(), task("86a1").n)->n, first.file.n);
}

TEST_F(FilesFlowTest, ATiedTaskThatHasBegunKeepsWhatItGot) {
  wants("86a1", "Links for Acme");
  const auto first = take("links", "86a1.xlsx", "1");
  start("86a1", "r1");

  const auto second = take("links", "86a1.xlsx", "2");

  EXPECT_EQ(second.kind, Taken::unmatched);
  EXPECT_EQ(stage(first), FileStage::given);
  EXPECT_EQ(state::file_of_task(db(), task("86a1").n)->n, first.file.n);
}

TEST_F(FilesFlowTest, ATaskWaitsAgainWhenItsFileVanishes) {
  wants("86a1", "Links for Acme");
  const auto taken = take("links", "86a1.xlsx");

  EXPECT_TRUE(vanishes(taken));
  EXPECT_EQ(state_of("86a1"), "held waiting_for_file");

  EXPECT_EQ(take("links", "86a1.xlsx").kind, Taken::returned);
  EXPECT_EQ(state_of("86a1"), "ready ready");
}

TEST_F(FilesFlowTest, WhatUpstreamHoldsIsNotOpenedByAFileThatVanishes) {
  wants("86a1", "Links for Acme");
  const auto taken = take("links", "86a1.xlsx");
  change("86a1", model::Cause::evaluated, State::held, model::reason::in_progress_elsewhere);

  EXPECT_TRUE(vanishes(taken));

  EXPECT_EQ(state_of("86a1"), "held in_progress_elsewhere");
}

TEST_F(FilesFlowTest, AnUnmatchedFileMayVanishOrBeReplaced) {
  const auto a = take("links", "a.xlsx"), b = take("links", "b.xlsx");

  EXPECT_TRUE(vanishes(a));
  take("links", "b.xlsx", "2");

  EXPECT_EQ(stage(a), FileStage::gone);
  EXPECT_EQ(stage(b), FileStage::replaced);
  EXPECT_EQ(take("links", "a.xlsx").kind, Taken::unmatched);
}

TEST_F(FilesFlowTest, ATiedFileStaysTiedWhenRulesAreJudgedAgain) {
  wants("86a1", "Links for Acme");
  take("links", "86a1.xlsx");
  config.path = "cb.json";
  config.fingerprint = "another";

  refresh(store, config, now);

  EXPECT_EQ(state_of("86a1"), "ready ready");
}

// --- tasks that come later

TEST_F(FilesFlowTest, AFileThatCameFirstIsMatchedOnceItsTaskWaits) {
  const auto taken = take("links", "86a1.xlsx");
  EXPECT_THAT(again(), IsEmpty());
  wants("86a1", "Links for Acme");

  const auto matched = again();

  ASSERT_THAT(matched, SizeIs(1));
  EXPECT_EQ(matched[0].kind, Taken::given);
  EXPECT_EQ(matched[0].file.n, taken.file.n);
  EXPECT_EQ(state_of("86a1"), "ready ready");
  EXPECT_THAT(again(), IsEmpty());
}

TEST_F(FilesFlowTest, MatchedAgainCandidatesAreKept) {
  const auto taken = take("links", "links for acme.xlsx");
  wants("1", "Links for Acme");
  wants("2", "Links for Acme");

  EXPECT_THAT(again(), IsEmpty());

  const auto note = read_match_note(state::get_file(db(), taken.file.n)->match);
  EXPECT_EQ(note.is, "near_tie");
  EXPECT_THAT(note.candidates, SizeIs(2));
}

TEST_F(FilesFlowTest, ANearTieIsNotSolvedByARivalThatLeaves) {
  wants("1", "Links for Acme");
  wants("2", "Links for Acme");
  const auto taken = take("links", "links for acme.xlsx");
  take("links", "1.xlsx");

  EXPECT_THAT(again(), IsEmpty());

  EXPECT_EQ(stage(taken), FileStage::unmatched);
  EXPECT_EQ(read_match_note(state::get_file(db(), taken.file.n)->match).is, "near_tie");
}

TEST_F(FilesFlowTest, WhatIsLeftOfANearTieDoesNotKeepAnotherFileFromItsTask) {
  wants("86a1", "Links for Acme");
  wants("86a2", "Links for Acme");
  const auto left = take("links", "links for acme.xlsx");
  take("links", "86a1.xlsx");
  const auto exact = take("links", "zebra.xlsx");
  write([&] { db().run("UPDATE files SET name = '86a2.xlsx' WHERE name = 'zebra.xlsx'"); });

  const auto matched = again();

  ASSERT_THAT(matched, SizeIs(1));
  EXPECT_EQ(matched[0].file.n, exact.file.n);
  EXPECT_EQ(state_of("86a2"), "ready ready");
  EXPECT_EQ(stage(left), FileStage::unmatched);
}

// --- a person's word

TEST_F(FilesFlowTest, APersonTiesAnUnmatchedFileToATaskThatWaits) {
  wants("1", "Links for Acme");
  wants("2", "Links for Acme");
  const auto taken = take("links", "links for acme.xlsx");

  const auto tied = tie(taken, "2");

  EXPECT_EQ(tied.kind, Taken::given);
  EXPECT_EQ(state_of("2"), "ready ready");
  const auto note = read_match_note(state::get_file(db(), taken.file.n)->match);
  EXPECT_EQ(note.is, "person");
  EXPECT_THAT(note.candidates, SizeIs(2));
  EXPECT_EQ(causes({"board", "2"}).back(), "evaluated: file links for acme.xlsx");
}

TEST_F(FilesFlowTest, TyingTwiceChangesNothing) {
  wants("1", "Links for Acme");
  const auto taken = take("links", "zebra.xlsx");
  tie(taken, "1");

  EXPECT_EQ(tie(taken, "1").kind, Taken::known);
  EXPECT_THAT(causes({"board", "1"}), SizeIs(2));
}

TEST_F(FilesFlowTest, AFileThatWasTiedToTheWrongTaskIsTakenFromIt) {
  wants("1", "Links for Acme");
  wants("2", "Links for Beta");
  const auto taken = take("links", "1.xlsx");

  tie(taken, "2");

  EXPECT_EQ(state_of("1"), "held waiting_for_file");
  EXPECT_EQ(state_of("2"), "ready ready");
  EXPECT_EQ(file_of("1"), "");
  EXPECT_EQ(causes({"board", "1"}).back(),
            "evaluated: from watch links; file 1.xlsx is for board:2");
}

TEST_F(FilesFlowTest, AnotherFileTakesTheFirstOnesPlace) {
  wants("1", "Links for Acme");
  const auto wrong = take("links", "1.xlsx"), right = take("links", "zebra.xlsx");

  tie(right, "1");

  EXPECT_EQ(stage(wrong), FileStage::unmatched);
  EXPECT_EQ(file_of("1"), "/links/zebra.xlsx");
  EXPECT_EQ(state_of("1"), "ready ready");
}

TEST_F(FilesFlowTest, ATaskThatHasEndedRunsAgain) {
  wants("1", "Links for Acme");
  const auto wrong = take("links", "1.xlsx"), right = take("links", "zebra.xlsx");
  run_to_end("1", "r1", failure());

  tie(right, "1");

  EXPECT_EQ(state_of("1"), "ready ready");
  EXPECT_EQ(task("1").attempts, 0);
  EXPECT_EQ(causes({"board", "1"}).back(), "retried_by_user: file zebra.xlsx");
  EXPECT_EQ(file_of("1"), "/links/zebra.xlsx");
  EXPECT_EQ(stage(wrong), FileStage::unmatched);
}

TEST_F(FilesFlowTest, AFileThatWasMovedMayBeTiedAgainAndLiesWhereItLies) {
  wants("1", "Links for Acme");
  auto taken = take("links", "1.xlsx");
  run_to_end("1", "r1", success());
  taken.file.stage = FileStage::settled;
  taken.file.path = "/links/processed/1.xlsx";
  write([&] { state::update_file(db(), taken.file); });

  tie(taken, "1");

  EXPECT_EQ(state_of("1"), "ready ready");
  EXPECT_EQ(file_of("1"), "/links/processed/1.xlsx");
  EXPECT_EQ(stage(taken), FileStage::given);
  EXPECT_FALSE(vanishes(taken));
}

TEST_F(FilesFlowTest, APersonMayTieToATaskThatAPersonHolds) {
  wants("1", "Links for Acme");
  change("1", model::Cause::held_by_user, State::held, model::reason::held_by_user);
  const auto taken = take("links", "zebra.xlsx");

  tie(taken, "1");

  EXPECT_EQ(state_of("1"), "held held_by_user");
  EXPECT_EQ(file_of("1"), "/links/zebra.xlsx");
}

TEST_F(FilesFlowTest, AnOwnTaskIsCanceledWhenItsFileIsForAnother) {
  config.handlers[1].needs_file = "inbox";
  wants("1", "Links for Acme");
  const auto taken = take("inbox", "a.xlsx");

  tie(taken, "1");

  EXPECT_EQ(state_of(taken), "canceled canceled_by_user");
  EXPECT_EQ(state_of("1"), "ready ready");
}

TEST_F(FilesFlowTest, WhatCannotBeTiedIsRefusedWithTheReason) {
  wants("1", "Links for Acme");
  wants("poem", "A poem", "Poem");
  const auto own = take("inbox", "a.xlsx");
  const auto taken = take("links", "zebra.xlsx");

  EXPECT_EQ(refusal(taken, "poem"),
            "tie zebra.xlsx: board:poem waits for no file of watch links: its handler has no "
            "\"needs_file\": \"links\"");
  EXPECT_EQ(refusal(own, "1"),
            "tie a.xlsx: board:1 waits for no file of watch inbox: its handler has no "
            "\"needs_file\": \"inbox\"");
  EXPECT_THAT(refusal(taken, own.task->task.name.id, "inbox"),
              HasSubstr("is the task of another file"));

  const auto running = take("links", "1.xlsx");
  start("1", "r1");
  EXPECT_EQ(refusal(taken, "1"), "tie zebra.xlsx: board:1 is running");
  wants("2", "Links for Beta");
  EXPECT_EQ(refusal(running, "2"), "tie 1.xlsx: board:1 runs with it");

  take("links", "zebra.xlsx", "2");
  EXPECT_EQ(refusal(taken, "2"), "tie zebra.xlsx: a newer file has replaced it");
  const auto gone = take("links", "yak.xlsx");
  vanishes(gone);
  EXPECT_EQ(refusal(gone, "2"), "tie yak.xlsx: it is gone");
}

TEST_F(FilesFlowTest, WhatAPersonTiedReturnsToTheSameTask) {
  wants("1", "Links for Acme");
  const auto taken = take("links", "zebra.xlsx");
  tie(taken, "1");
  EXPECT_TRUE(vanishes(taken));
  EXPECT_EQ(state_of("1"), "held waiting_for_file");

  EXPECT_EQ(take("links", "zebra.xlsx").kind, Taken::returned);
  EXPECT_EQ(state_of("1"), "ready ready");
}

// --- without a file

TEST_F(FilesFlowTest, ACommandThatNamesAFileIsHeldWithoutOne) {
  config.handlers[1].needs_file.reset();
  wants("1", "Links for Acme");

  EXPECT_EQ(state_of("1"), "held missing_field");
  EXPECT_EQ(task("1").detail, "needs file");
}

TEST(MatchNote, SurvivesItsText) {
  const MatchNote note{.is = "words", .candidates = {{"board:1", 0.98765, "4 of 5 words"}}};

  EXPECT_EQ(
      to_text(note),
      R"({"is":"words","candidates":[{"task":"board:1","score":0.988,"why":"4 of 5 words"}]})");
  const auto read = read_match_note(to_text(note));
  EXPECT_EQ(read.is, "words");
  EXPECT_EQ(read.candidates.at(0).why, "4 of 5 words");
  for (const auto* text : {"", "{", "[]", "3", R"({"is":3,"candidates":[]})", R"({"is":"x"})"})
    EXPECT_EQ(read_match_note(text).is, "") << text;
}

}  // namespace
}  // namespace cb::flow
