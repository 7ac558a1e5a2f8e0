// A person's word about which task a file is for.
#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "flow/evaluate.h"
#include "flow/file_steps.h"
#include "flow/files.h"
#include "flow/match_note.h"

namespace cb::flow {
namespace {

using model::Cause;
using model::State;
using state::FileRow;
using state::FileStage;
using state::TaskRow;

struct Tying {
  db::Connection& db;
  const config::Config& config;
  Instant now;
};

[[noreturn]] void refuse_tie(const FileRow& file, const std::string& why) {
  throw Error(Fault::answer, "tie " + excerpt(file.name, 200) + ": " + why);
}

std::string name_of_task(const TaskRow& task) { return model::to_string(task.task.name); }

std::optional<TaskRow> owner_of(const Tying& call, const FileRow& file) {
  if (file.stage != FileStage::given) return std::nullopt;
  return state::get_task(call.db, file.task);
}

void check_file(const Tying& call, const FileRow& file) {
  switch (file.stage) {
    case FileStage::unmatched:
    case FileStage::settled:
      return;
    case FileStage::given:
      if (const auto owner = owner_of(call, file); owner->state == State::running)
        refuse_tie(file, name_of_task(*owner) + " runs with it");
      return;
    case FileStage::listed:
      refuse_tie(file, "no watch of the configuration has noticed it");
    case FileStage::leaving:
      refuse_tie(file, "it is being moved; run cb-watch " + file.watch + ", then try again");
    case FileStage::replaced:
      refuse_tie(file, "a newer file has replaced it");
    case FileStage::gone:
      refuse_tie(file, "it is gone");
  }
}

void check_task(const Tying& call, const FileRow& file, const TaskRow& task) {
  const auto name = name_of_task(task);
  if (task.state == State::running) refuse_tie(file, name + " is running");
  const auto files = state::files_of_task(call.db, task.n);
  const auto is_watched = call.config.find_watch(task.task.name.source) != nullptr;
  const auto is_its_own = std::any_of(files.begin(), files.end(),
                                      [&](const FileRow& each) { return each.n == file.n; });
  if (is_watched && !is_its_own) refuse_tie(file, name + " is the task of another file");
  const auto* handler = model::find_handler(call.config.handlers, state::full_task(call.db, task));
  const auto needs_it = handler != nullptr && handler->needs_file == file.watch;
  if (!needs_it && files.empty())
    refuse_tie(file, name + " waits for no file of watch " + file.watch +
                         ": its handler has no \"needs_file\": \"" + file.watch + "\"");
}

// A file that its task has not made use of may be another's.
void take_other_files(const Tying& call, const FileRow& file, const TaskRow& task) {
  for (auto& other : state::files_of_task(call.db, task.n)) {
    const auto is_of_old = other.stage == FileStage::replaced || other.stage == FileStage::gone;
    if (other.n == file.n || is_of_old) continue;
    const auto is_used = task.state == State::succeeded;
    if (other.stage == FileStage::given)
      set_stage(other, is_used ? FileStage::settled : FileStage::unmatched, call.now);
    other.task = 0;
    state::update_file(call.db, other);
  }
}

// The task that had the file till now, once it has it no more.
void leave_owner(const Tying& call, TaskRow owner, const FileRow& file, const TaskRow& task) {
  if (!model::is_open(owner.state)) return;
  const auto why = note_of_file(file) + " is for " + name_of_task(task);
  if (!is_own_task(file, owner)) return judge_by_file(call.db, call.config, owner, why, call.now);
  owner.not_before.reset();
  owner.recheck.reset();
  state::change_state(
      call.db, owner,
      {Cause::canceled_by_user, State::canceled, model::reason::canceled_by_user, why}, call.now);
}

void run_again(const Tying& call, TaskRow& task, const FileRow& file) {
  const auto rules = call.config.rules_of(task.task.name.source);
  task.attempts = 0;
  reevaluate(call.db, {rules, call.config.handlers}, task, Cause::retried_by_user, call.now,
             note_of_file(file));
}

}  // namespace

TakenFile tie_file(db::Connection& db, const config::Config& config, FileRow file, TaskRow task,
                   Instant now) {
  const Tying call{db, config, now};
  check_file(call, file);
  check_task(call, file, task);
  auto owner = owner_of(call, file);
  const auto has_it = owner && owner->n == task.n;
  if (has_it && model::is_open(task.state))
    return {.kind = TakenFile::Kind::known, .file = std::move(file), .task = std::move(task)};

  take_other_files(call, file, task);
  auto note = read_match_note(file.match);
  note.is = "person";
  file.match = to_text(note);
  give_file(db, config, file, task, now);
  if (owner && !has_it) leave_owner(call, std::move(*owner), file, task);
  if (model::is_final(task.state)) run_again(call, task, file);
  return {.kind = TakenFile::Kind::given, .file = std::move(file), .task = std::move(task)};
}

}  // namespace cb::flow
