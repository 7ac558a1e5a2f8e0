#include "after.h"

#include <utility>

#include "os/file.h"
#include "os/relocate.h"
#include "os/settled.h"
#include "state/tasks.h"

namespace cb::watch {
namespace {

constexpr int kPage = 200;

bool is_same_file(const os::FileStatus& a, const std::optional<os::FileStatus>& b) {
  return b && a.device == b->device && a.inode == b->inode;
}

// Nothing is locked while files are placed: meanwhile a person may have put the task back to work.
bool is_still_so(db::Connection& db, const state::EndedFile& ended) {
  const auto row = state::get_file(db, ended.file.n);
  return row && row->stage == state::FileStage::given && row->task == ended.file.task &&
         row->path == ended.file.path && state::get_task(db, row->task).state == ended.state;
}

}  // namespace

// Whether what lies at `path` is still the file of `row`. One that was touched is read again.
After::Found After::look(const state::FileRow& row, const std::string& path,
                         const os::FileStatus& status) {
  if (os::stamp_of(row.name, status) == row.stamp) return Found::it;
  if (status.size != row.size) return Found::something_else;
  const auto reading = os::read_settled(path, status, job_.go_on);
  if (reading.is == os::Reading::Is::refused) os::fail("read", path, reading.error);
  if (reading.is != os::Reading::Is::whole) return Found::busy;
  return reading.digest == row.content ? Found::it : Found::something_else;
}

void After::report(Verdict verdict, const state::FileRow& row, const std::string& reason) {
  told_.erase(row.n);
  job_.report.add({.file = row,
                   .verdict = verdict,
                   .task = state::get_task(*job_.store.db, row.task),
                   .reason = reason});
}

// Nothing is told twice in the same words.
void After::tell(int64_t n, const Error& error) {
  auto& told = told_[n];
  if (told != error.what()) job_.report.trouble(watch_.name + ": " + error.what(), error.fault());
  told = error.what();
}

// --- a file whose task has ended gets its new name

std::string After::target_of(const state::EndedFile& ended) const {
  if (ended.state == model::State::succeeded) return watch_.on_success;
  return ended.state == model::State::failed ? watch_.on_failure : "";
}

void After::see_to_all() {
  seen_.clear();
  finish_leaving();
  see_to_ended();
  std::erase_if(told_, [&](const auto& told) { return !seen_.contains(told.first); });
}

void After::see_to_ended() {
  for (int64_t after = 0; job_.go_on();) {
    const auto page = state::ended_files(*job_.store.db, watch_.name, after, kPage);
    if (page.empty()) return;
    after = page.back().file.n;
    see_to(page);
  }
}

void After::see_to(const std::vector<state::EndedFile>& page) {
  std::vector<Step> steps;
  for (const auto& ended : page) {
    if (!job_.go_on()) break;
    seen_.insert(ended.file.n);
    try {
      prepare(ended, steps);
    } catch (const Error& error) {
      tell(ended.file.n, error);
    }
  }
  if (!steps.empty()) finish(record(steps));
}

void After::prepare(const state::EndedFile& ended, std::vector<Step>& steps) {
  const auto& file = ended.file;
  const auto leave = [&](const char* why) { steps.push_back({.ended = ended, .reason = why}); };
  const auto target = target_of(ended);
  if (target.empty()) return leave("it stays where it is");
  if (file.path.starts_with(target + "/")) return leave("it is there already");
  const auto status = os::file_status(file.path);
  if (!status && os::is_directory(os::parent_path(file.path)))
    return leave("it is not there any more");
  if (!status) {  // nor is its folder
    told_.try_emplace(file.n);
    return;
  }
  const auto found = look(file, file.path, *status);
  if (found == Found::something_else) return leave("another file has its name now");
  if (found == Found::it) return place(ended, *status, steps);
  told_.try_emplace(file.n);
}

void After::place(const state::EndedFile& ended, const os::FileStatus& status,
                  std::vector<Step>& steps) {
  const auto& file = ended.file;
  const auto target = target_of(ended);
  if (job_.options.dry_run)
    return steps.push_back({.ended = ended, .path = target + "/" + file.name});
  const auto placed = os::place(file.path, status, target, file.name);
  if (placed.is == os::Placed::Is::changed) {
    told_.try_emplace(file.n);
    return;
  }
  steps.push_back({.ended = ended,
                   .path = placed.path,
                   .status = status,
                   .is_link = is_same_file(status, os::file_status(placed.path))});
}

// One transaction for all. Returns those that now have to lose their old name.
std::vector<After::Leaving> After::record(std::vector<Step>& steps) {
  std::vector<Leaving> leaving;
  std::vector<const Step*> off;
  job_.change([&](auto& db) {
    for (auto& step : steps) {
      if (!is_still_so(db, step.ended)) {
        off.push_back(&step);
        continue;
      }
      auto& row = step.ended.file;
      row = *state::get_file(db, row.n);
      row.since = job_.now();
      row.stage = step.path.empty() ? state::FileStage::settled : state::FileStage::leaving;
      if (!step.path.empty()) row.old_path = std::exchange(row.path, step.path);
      state::update_file(db, row);
      if (!step.path.empty()) leaving.push_back({row, step.status});
    }
  });
  for (const auto* step : off) take_back(*step);
  for (const auto& step : steps)
    if (step.ended.file.stage == state::FileStage::settled)
      report(Verdict::left, step.ended.file, step.reason);
  return leaving;
}

// A copy stays: it may have been there before, and the next time it is taken as it is.
void After::take_back(const Step& step) const {
  if (step.path.empty() || !step.is_link || job_.options.dry_run) return;
  if (const auto status = os::file_status(step.path)) os::remove_placed(step.path, *status);
}

// --- a file that has its new name loses the old one

void After::finish_leaving() {
  for (int64_t after = 0; job_.go_on();) {
    const auto page =
        state::files_in(*job_.store.db, watch_.name, state::FileStage::leaving, after, kPage);
    if (page.empty()) return;
    after = page.back().n;
    std::vector<Leaving> leaving;
    for (const auto& row : page) {
      seen_.insert(row.n);
      leaving.push_back({row});
    }
    finish(std::move(leaving));
  }
}

void After::finish(std::vector<Leaving> leaving) {
  std::erase_if(leaving, [&](Leaving& each) {
    try {
      return !remove_old_name(each);
    } catch (const Error& error) {
      tell(each.file.n, error);
      return true;
    }
  });
  if (leaving.empty()) return;
  job_.change([&](auto& db) {
    for (auto& [row, status] : leaving) {
      row.stage = state::FileStage::settled;
      row.since = job_.now();
      auto settled = row;
      settled.old_path.clear();
      state::update_file(db, settled);
    }
  });
  for (const auto& [row, status] : leaving) report(Verdict::moved, row, "was " + row.old_path);
}

// The old name leads to another file of the same bytes: a copy was made, or somebody has made one.
bool After::may_be_written(const Leaving& leaving) {
  const auto& row = leaving.file;
  const auto old = os::file_status(row.old_path);
  if (!old || is_same_file(*old, os::file_status(row.path))) return false;
  return look(row, row.old_path, *old) == Found::busy;
}

// False when it has to wait.
bool After::remove_old_name(Leaving& leaving) {
  auto& row = leaving.file;
  if (job_.options.dry_run) return true;
  if (leaving.status) {
    const auto removed = os::remove_placed(row.old_path, *leaving.status);
    const auto left = os::file_status(row.old_path);
    // Touched since, it is still the same file.
    if (removed == os::Removed::replaced && left && is_same_file(*left, os::file_status(row.path)))
      os::remove_placed(row.old_path, row.path);
    return true;
  }
  if (may_be_written(leaving)) {
    told_.try_emplace(row.n);
    return false;
  }
  os::remove_placed(row.old_path, row.path);
  // Somebody took it from its new place: what may be its last name is left alone.
  if (!os::file_status(row.path) && os::file_status(row.old_path)) row.path = row.old_path;
  return true;
}

}  // namespace cb::watch
