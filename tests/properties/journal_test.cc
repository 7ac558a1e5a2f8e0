// A store lives through a random history, in which writers are killed before they write the journal
// and lines are torn. A copy from any moment and the journal since then make the same store.
#include "state/journal.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <list>

#include "base/text.h"
#include "os/file.h"
#include "properties/random.h"
#include "state/outbox.h"
#include "state/replay.h"
#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using model::Cause;
using model::State;
using namespace std::chrono_literals;

constexpr int kSteps = 300;
constexpr int kIds = 25;

struct Copy {
  std::string path;
  int64_t newest = 0;
};

class JournalHistory : public testing::StoreTest {
 protected:
  testing::Random random;
  Instant now = testing::kNow;
  int made = 0;  // runs and operations

  std::string some_id() { return std::to_string(random.integer(1, kIds)); }
  std::string fresh(const std::string& what) { return what + std::to_string(++made); }

  void add_some() {
    const auto id = some_id();
    if (find_task(db(), {"board", id})) return;
    testing::NewTask given{.id = id, .title = random.text(12)};
    for (int64_t left = random.integer(0, 2); left > 0; --left) {
      const auto before = random.integer(1, kIds);  // no cycles
      if (before < *parse_integer(id)) given.after.push_back(std::to_string(before));
    }
    if (random.chance(0.3)) given.key = "key-" + std::to_string(random.integer(1, 3));
    if (random.chance(0.3)) given.state = State::held;
    given.priority = static_cast<int>(random.integer(1, 4));
    const auto seen = find_seen(db(), {"board", id});
    add(given, now);
    if (seen && seen->is_done) write([&] { propagate(db(), {"board", id}, Done::no, now); });
  }

  void run(TaskRow& row) {
    if (!row.not_before && has_turn(db(), row.n)) start(row.task.name.id, fresh("run-"), now);
  }

  void end(const TaskRow& row) {
    const model::Conclusion endings[] = {testing::success(), testing::success(),
                                         testing::failure(random.text(10)),
                                         testing::retry_after(1min)};
    finish(row.run, random.pick(endings), now);
  }

  void change_to(TaskRow& row, Cause cause, State to, std::string_view reason) {
    if (to == State::ready && row.unmet > 0) return;
    row.not_before.reset();
    write([&] { change_state(db(), row, {cause, to, reason, random.text(5)}, now); });
  }

  void owe_or_deliver(TaskRow& row) {
    const auto owed = next_owed_of(db(), row.n);
    if (owed) return write([&] { mark_delivered(db(), *owed, std::to_string(made), now); });
    Owed promise;
    promise.op = fresh("op-");
    promise.task = row.n;
    promise.run = row.run;
    promise.text = random.text(5);
    write([&] { owe(db(), promise, now); });
  }

  void forget(TaskRow& row) {
    if (model::is_final(row.state)) write([&] { forget_task(db(), row, now); });
  }

  void step() {
    now += std::chrono::milliseconds(random.integer(1, 600'000));
    auto row = find_task(db(), {"board", some_id()});
    if (!row || random.chance(0.2)) return add_some();
    if (random.chance(0.1)) return owe_or_deliver(*row);
    if (random.chance(0.05)) return forget(*row);
    if (row->state == State::running) return end(*row);
    if (row->state == State::held)
      return change_to(*row, Cause::released_by_user, State::ready, "ready");
    if (row->state == State::failed)
      return change_to(*row, Cause::retried_by_user, State::ready, "ready");
    if (row->state != State::ready) return;
    if (random.chance(0.2))
      return change_to(*row, Cause::held_by_user, State::held, "held_by_user");
    run(*row);
  }

  // Dies between COMMIT and the journal.
  void step_killed() {
    auto alive = std::exchange(
        store.db, std::make_unique<db::Connection>(db::Settings{.path = store.layout.database(),
                                                                .gate_path = store.layout.gate(),
                                                                .access = db::Access::write}));
    step();
    store.db = std::move(alive);
  }

  // Dies in the middle of a line.
  void tear() {
    const auto files = journal_files(store.layout);
    if (files.empty()) return;
    const auto size = static_cast<int64_t>(std::filesystem::file_size(files.back().path));
    const auto left = std::max<int64_t>(0, size - random.integer(1, 300));
    std::filesystem::resize_file(files.back().path, static_cast<uintmax_t>(left));
  }

  Copy copy() {
    const auto path = directory / fresh("copy-");
    db().copy_to(path);
    return {path, one_number("SELECT coalesce(max(seq), 0) FROM events")};
  }

  static std::vector<std::string> rows_of(db::Connection& db, const std::string& sql) {
    static std::list<std::string> kept;  // statements are known by their address
    std::vector<std::string> found;
    for (auto rows = db.query(kept.emplace_back(sql).c_str()); rows.next();) {
      std::string line;
      for (int i = 0; i < rows.columns(); ++i)
        line += (i == 0 ? "" : "|") + (rows.is_null(i) ? "NULL" : rows.text(i));
      found.push_back(line);
    }
    return found;
  }

  // Of what is restored, those of tasks that were forgotten without an event are more.
  void expect_same(db::Connection& restored) {
    std::string known = "(";
    for (const auto& n : rows_of(db(), "SELECT n FROM tasks")) known += n + ",";
    known += "0)";
    const std::string queries[] = {
        "SELECT seq, at, task, run, cause, old, new, reason, detail FROM events ORDER BY seq",
        "SELECT n, source, id, title, kind, due, priority, fields, url, fingerprint, state, "
        "reason, detail, since, first_seen, handler, key, turn, not_before, recheck, attempts, "
        "unmet, run, wish, missed FROM tasks WHERE n IN " +
            known + " ORDER BY n",
        "SELECT * FROM deps WHERE task IN " + known + " ORDER BY task, position",
        "SELECT * FROM runs WHERE task IN " + known + " ORDER BY id"};
    for (const auto& sql : queries) EXPECT_EQ(rows_of(restored, sql), rows_of(db(), sql));
    EXPECT_THAT(rows_of(restored, "SELECT source, id FROM tasks WHERE n NOT IN " + known +
                                      " AND state NOT IN ('succeeded', 'failed', 'canceled')"),
                ::testing::IsEmpty());
    EXPECT_EQ(rows_of(restored,
                      "SELECT source, state, reason, tasks FROM counts WHERE tasks > 0 "
                      "ORDER BY 1, 2, 3"),
              rows_of(restored,
                      "SELECT source, state, reason, count(*) FROM tasks "
                      "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"));
    EXPECT_THAT(rows_of(restored, "SELECT * FROM pragma_foreign_key_check"), ::testing::IsEmpty());
    // Nothing is owed that is not owed; what was promised since the last event of its task may be
    // forgotten or, delivered since, still be owed.
    EXPECT_THAT(rows_of(restored, "SELECT op FROM outbox o WHERE op NOT LIKE 'op-%'"),
                ::testing::IsEmpty());
  }

  void expect_restorable(const Copy& from) {
    db::Connection restored(
        {.path = from.path, .gate_path = directory / "restore", .access = db::Access::create});
    const auto read = replay_journal(restored, store.layout, {.above = from.newest}, now);
    EXPECT_THAT(read.flaws, ::testing::IsEmpty());
    EXPECT_THAT(read.missing, ::testing::IsEmpty());
    expect_same(restored);
  }
};

TEST_F(JournalHistory, ACopyOfAnyMomentAndTheJournalMakeTheSameStore) {
  auto empty = open_store(directory / "empty", db::Access::create);
  empty.db->copy_to(directory / "nothing");
  std::vector<Copy> copies = {{directory / "nothing", 0}};
  for (int i = 0; i < kSteps; ++i) {
    if (random.chance(0.1))
      step_killed();
    else
      step();
    if (random.chance(0.05)) tear();
    if (random.chance(0.02)) copies.push_back(copy());
    if (random.chance(0.05)) store = open_store(store.layout.root, db::Access::write);
  }
  write([] {});  // whoever writes next fills the last gap

  for (const auto& from : copies) expect_restorable(from);
}

}  // namespace
}  // namespace cb::state
