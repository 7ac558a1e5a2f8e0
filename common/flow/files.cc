#include "flow/files.h"

#include "flow/evaluate.h"
#include "flow/file_steps.h"
#include "flow/own_task.h"
#include "flow/waiting.h"

namespace cb::flow {
namespace {

using model::Cause;
using model::State;
using state::FileRow;
using state::FileStage;
using state::TaskRow;
using Taken = TakenFile::Kind;

// Everything that one file is taken in with.
struct Taking {
  db::Connection& db;
  const config::Config& config;
  const config::Watch& watch;
  Waiting& waiting;
  Instant now;
};

// A filter's rows are of "dir:…" or "as:…"; no watch has such a name.
bool is_filter(const config::Watch& watch) { return watch.name.find(':') != std::string::npos; }

bool is_for_waiting_tasks(const config::Watch& watch) { return watch.for_source.has_value(); }

bool waits_for_file(const TaskRow& task) {
  return task.state == State::held && task.reason == model::reason::waiting_for_file;
}

std::optional<TaskRow> task_of(db::Connection& db, const FileRow& file) {
  if (file.task == 0) return std::nullopt;
  return state::get_task(db, file.task);
}

// --- what other contents of the name had

// A tied task that has not begun, and how the replaced file came to it.
struct Heir {
  TaskRow task;
  std::string match;
};

std::optional<Heir> replace_one(const Taking& call, const FoundFile& found, FileRow row) {
  if (row.stage == FileStage::unmatched) {
    set_stage(row, FileStage::replaced, call.now);
    save_file(call.db, row);
  }
  const auto is_elsewhere = row.path != found.path;  // moved after an earlier end of its task
  if (row.stage != FileStage::given || is_elsewhere) return std::nullopt;
  auto task = state::get_task(call.db, row.task);
  if (has_begun(task)) return std::nullopt;
  set_stage(row, FileStage::replaced, call.now);
  save_file(call.db, row);
  if (!is_own_task(row, task)) return Heir{std::move(task), row.match};
  withdraw_own_task(call.db, task, "replaced by a newer file", call.now);
  return std::nullopt;
}

std::optional<Heir> replace_others(const Taking& call, const FoundFile& found) {
  std::optional<Heir> heir;
  for (auto& row : state::files_named(call.db, call.watch.name, found.name)) {
    if (row.content == found.content) continue;
    if (auto one = replace_one(call, found, std::move(row))) heir = std::move(one);
  }
  return heir;
}

// --- to a task

TakenFile settle_done(const Taking& call, FileRow file) {
  set_stage(file, FileStage::settled, call.now);
  save_file(call.db, file);
  return {.kind = Taken::known, .file = std::move(file), .task = {}};
}

// Its file had been replaced or was gone, and is there again.
bool is_withdrawn(const TaskRow& task) {
  return task.state == State::canceled && task.reason == model::reason::gone_upstream;
}

TakenFile give_own_task(const Taking& call, FileRow file) {
  const auto task = own_task(call.watch, file.name, file.content);
  const auto rules = call.config.rules_of(call.watch.name);
  auto admitted =
      admit(call.db, {rules, call.config.handlers}, {.task = task, .has_file = true}, call.now);
  // Done before, and forgotten since.
  if (admitted.row.n == 0) return settle_done(call, std::move(file));
  auto& row = admitted.row;
  give_file(call.db, call.config, file, row, call.now);
  const auto is_new = !admitted.before;
  const auto is_back = is_withdrawn(row);
  if (is_back) {
    row.attempts = 0;
    reevaluate(call.db, {rules, call.config.handlers}, row, Cause::put_back, call.now,
               "its file is back");
  }
  const auto kind = is_back ? Taken::returned : is_new ? Taken::given : Taken::known;
  return {.kind = kind, .file = std::move(file), .task = std::move(row)};
}

TakenFile give_tied(const Taking& call, FileRow file, TaskRow task, Taken kind) {
  give_file(call.db, call.config, file, task, call.now);
  call.waiting.state().take(task.n);
  return {.kind = kind, .file = std::move(file), .task = std::move(task)};
}

TakenFile keep_unmatched(const Taking& call, FileRow file) {
  set_stage(file, FileStage::unmatched, call.now);
  file.task = 0;
  save_file(call.db, file);
  return {.kind = Taken::unmatched, .file = std::move(file), .task = {}};
}

TakenFile match_file(const Taking& call, FileRow file) {
  const auto decision = call.waiting.state().decide(file.name);
  file.match = to_text(decision.note);
  if (!decision.task) return keep_unmatched(call, std::move(file));
  return give_tied(call, std::move(file), state::get_task(call.db, *decision.task), Taken::given);
}

TakenFile list_file(const Taking& call, FileRow file) {
  set_stage(file, FileStage::listed, call.now);
  save_file(call.db, file);
  return {.kind = Taken::listed, .file = std::move(file), .task = {}};
}

// --- contents not seen before, and those that were

FileRow new_file(const config::Watch& watch, const FoundFile& found) {
  FileRow file;
  file.watch = watch.name;
  file.name = found.name;
  file.content = found.content;
  file.size = found.size;
  file.stamp = found.stamp;
  file.path = found.path;
  return file;
}

TakenFile take_new(const Taking& call, const FoundFile& found) {
  auto file = new_file(call.watch, found);
  if (is_filter(call.watch)) return list_file(call, std::move(file));
  auto heir = replace_others(call, found);
  if (heir) {
    file.match = heir->match;
    return give_tied(call, std::move(file), std::move(heir->task), Taken::given);
  }
  if (is_for_waiting_tasks(call.watch)) return match_file(call, std::move(file));
  return give_own_task(call, std::move(file));
}

// It had been replaced, or was gone.
TakenFile take_back(const Taking& call, FileRow file, const FoundFile& found) {
  file.path = found.path;
  auto heir = replace_others(call, found);
  if (heir) return give_tied(call, std::move(file), std::move(heir->task), Taken::returned);
  auto task = task_of(call.db, file);
  if (task && !is_own_task(file, *task) && waits_for_file(*task))
    return give_tied(call, std::move(file), std::move(*task), Taken::returned);
  if (is_for_waiting_tasks(call.watch)) return match_file(call, std::move(file));
  return give_own_task(call, std::move(file));
}

// Where it lies once it was moved is not where it was found.
bool lies_where_found(FileStage stage) {
  return stage == FileStage::unmatched || stage == FileStage::given || stage == FileStage::listed;
}

TakenFile take_known(const Taking& call, FileRow file, const FoundFile& found) {
  file.stamp = found.stamp;
  file.size = found.size;
  file.missed = 0;
  const auto was_away = file.stage == FileStage::replaced || file.stage == FileStage::gone;
  if (was_away) return take_back(call, std::move(file), found);
  if (lies_where_found(file.stage)) file.path = found.path;
  state::update_file(call.db, file);
  auto task = task_of(call.db, file);
  return {.kind = Taken::known, .file = std::move(file), .task = std::move(task)};
}

// --- tasks that came later

// What was a near tie stays one when its rival is gone: that the other has found its file does not
// make this one the rest's. Only a clearly better name or title does.
bool is_left_over(const MatchNote& before, const MatchNote& now) {
  constexpr double kClearlyBetter = 0.05;
  if (now.is != "words") return false;
  for (const auto& each : before.candidates)
    if (each.task == now.candidates.front().task)
      return now.candidates.front().score < each.score + kClearlyBetter;
  return false;
}

std::optional<TakenFile> match_one_again(const Taking& call, FileRow file) {
  if (!is_for_waiting_tasks(call.watch)) return give_own_task(call, std::move(file));
  auto decision = call.waiting.state().decide(file.name);
  if (is_left_over(read_match_note(file.match), decision.note)) return std::nullopt;
  auto match = to_text(decision.note);
  const auto is_news = match != file.match;
  file.match = std::move(match);
  if (decision.task)
    return give_tied(call, std::move(file), state::get_task(call.db, *decision.task), Taken::given);
  if (is_news) state::update_file(call.db, file);
  return std::nullopt;
}

}  // namespace

TakenFile take_file(db::Connection& db, const config::Config& config, const config::Watch& watch,
                    Waiting& waiting, const FoundFile& found, Instant now) {
  const Taking call{db, config, watch, waiting, now};
  auto row = state::find_file(db, watch.name, found.name, found.content);
  if (!row) return take_new(call, found);
  return take_known(call, std::move(*row), found);
}

std::vector<TakenFile> match_again(db::Connection& db, const config::Config& config,
                                   const config::Watch& watch, Waiting& waiting, Instant now) {
  constexpr int kBatch = 1000;
  const Taking call{db, config, watch, waiting, now};
  std::vector<TakenFile> given;
  int64_t last = 0;
  for (;;) {
    auto files = state::files_in(db, watch.name, FileStage::unmatched, last, kBatch);
    if (files.empty()) return given;
    if (is_for_waiting_tasks(watch) && waiting.state().is_empty()) return given;
    last = files.back().n;
    for (auto& file : files)
      if (auto taken = match_one_again(call, std::move(file))) given.push_back(std::move(*taken));
  }
}

}  // namespace cb::flow
