// Files that scans no longer see.
#include <algorithm>

#include "flow/file_steps.h"
#include "flow/files.h"

namespace cb::flow {
namespace {

constexpr int kGone = 2;  // complete scans in a row without it

// A file that was moved after an earlier run of its task is not missed where it was.
bool is_looked_for(const config::Config& config, const state::FileRow& file) {
  if (file.stage != state::FileStage::given && file.stage != state::FileStage::unmatched)
    return false;
  const auto* watch = config.find_watch(file.watch);
  return watch != nullptr && file.path == watch->dir + "/" + file.name;
}

}  // namespace

bool note_file_missing(db::Connection& db, const config::Config& config, state::FileRow& file,
                       Instant now) {
  if (!is_looked_for(config, file)) return false;
  const auto before = std::exchange(file.missed, std::min(file.missed + 1, kGone));
  std::optional<state::TaskRow> task;
  if (file.task != 0) task = state::get_task(db, file.task);
  if (file.missed < kGone || (task && has_begun(*task))) {
    if (file.missed != before) state::update_file(db, file);
    return false;
  }
  set_stage(file, state::FileStage::gone, now);
  state::update_file(db, file);
  if (!task) return true;
  if (is_own_task(file, *task))
    withdraw_own_task(db, *task, "its file is gone", now);
  else
    judge_by_file(db, config, *task, note_of_file(file) + " is gone", now);
  return true;
}

void note_file_present(db::Connection& db, state::FileRow& file) {
  if (file.missed == 0) return;
  file.missed = 0;
  state::update_file(db, file);
}

}  // namespace cb::flow
