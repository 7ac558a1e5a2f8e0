#include "intake.h"

#include "os/scan.h"

namespace cb::watch {
namespace {

using Kind = flow::TakenFile::Kind;
using state::FileStage;

constexpr int kOpenPage = 500;

void each_in(db::Connection& db, const std::string& watch, FileStage stage,
             const std::function<void(const state::FileRow&)>& each) {
  for (int64_t after = 0;;) {
    const auto page = state::files_in(db, watch, stage, after, kOpenPage);
    if (page.empty()) return;
    after = page.back().n;
    for (const auto& row : page) each(row);
  }
}

}  // namespace

Intake::Intake(const Job& job, const config::Watch& watch)
    : job_(job), watch_(watch), after_(job_, watch) {}

void Intake::begin(const std::function<void(int64_t stamp)>& each) {
  state::stamps_of(*job_.store.db, watch_.name, each);
}

// --- what comes in

void Intake::add(const flow::TakenFile& taken, std::vector<Record>& records, db::Connection& db,
                 Instant now) const {
  if (taken.kind == Kind::known || taken.kind == Kind::listed) return;
  const auto given = watch_.for_source ? Verdict::tied : Verdict::given;
  const auto verdict = taken.kind == Kind::unmatched  ? Verdict::unmatched
                       : taken.kind == Kind::returned ? Verdict::returned
                                                      : given;
  for (const auto& older : state::files_named(db, watch_.name, taken.file.name)) {
    if (older.n == taken.file.n || older.stage != FileStage::replaced || older.since != now)
      continue;
    records.push_back(
        {.file = older, .verdict = Verdict::replaced, .reason = "a newer file has its name"});
    if (older.task != 0) records.back().task = state::get_task(db, older.task);
  }
  records.push_back({.file = taken.file, .verdict = verdict, .task = taken.task});
}

std::vector<std::string> Intake::take(std::span<const flow::FoundFile> found) {
  std::vector<Record> records;
  job_.change([&](auto& db) {
    flow::Waiting waiting(db, job_.config, watch_);
    for (const auto& file : found) {
      const auto now = job_.now();
      add(flow::take_file(db, job_.config, watch_, waiting, file, now), records, db, now);
    }
  });
  is_changed_ = true;
  report(records);
  return {};
}

void Intake::report(const std::vector<Record>& records) const {
  for (const auto& record : records) job_.report.add(record);
}

// --- what others did

bool Intake::has_news() {
  const auto version = job_.store.db->data_version();
  const auto is_news = is_changed_ || version != version_;
  version_ = version;
  is_changed_ = false;
  return is_news;
}

void Intake::tend() {
  if (!has_news()) return;
  is_open_known_ = false;
  match_again();
  after_.see_to_all();
}

void Intake::match_again() {
  auto& store = *job_.store.db;
  if (state::files_in(store, watch_.name, FileStage::unmatched, 0, 1).empty()) return;
  std::vector<Record> records;
  job_.change([&](auto& db) {
    const auto now = job_.now();
    flow::Waiting waiting(db, job_.config, watch_);
    for (const auto& taken : flow::match_again(db, job_.config, watch_, waiting, now))
      add(taken, records, db, now);
  });
  report(records);
}

// --- what is missing

void Intake::read_open() {
  if (is_open_known_) return;
  is_open_known_ = true;
  open_.clear();
  for (const auto stage : {FileStage::given, FileStage::unmatched})
    each_in(*job_.store.db, watch_.name, stage,
            [&](const auto& row) { open_.push_back({row.n, row.stamp, row.missed > 0}); });
}

// The second time decides, and nothing is taken from a task that has begun.
bool Intake::is_to_be_noted(const state::FileRow& row) const {
  if (row.missed < 2) return true;
  if (row.task == 0) return false;
  const auto task = state::get_task(*job_.store.db, row.task);
  return model::is_open(task.state) && task.attempts == 0;
}

// A file that was touched or written to has not been met, but is there.
std::vector<int64_t> Intake::really_missing(const Known& known, std::vector<int64_t>& present) {
  std::vector<int64_t> missing;
  for (const auto& file : open_) {
    const auto is_met = known.was_met(file.stamp);
    const auto row = is_met ? std::nullopt : state::get_file(*job_.store.db, file.n);
    if (is_met || (row && os::file_status(row->path))) {
      if (file.was_missed) present.push_back(file.n);
    } else if (row && is_to_be_noted(*row)) {
      missing.push_back(file.n);
    }
  }
  return missing;
}

void Intake::scanned(const Known& known) {
  if (after_.has_trouble()) is_changed_ = true;
  read_open();
  std::vector<int64_t> present;
  const auto missing = really_missing(known, present);
  if (!missing.empty() || !present.empty()) note(missing, present);
}

void Intake::note(const std::vector<int64_t>& missing, const std::vector<int64_t>& present) {
  std::vector<Record> records;
  job_.change([&](auto& db) {
    const auto is_open = [](const auto& row) {
      return row && (row->stage == FileStage::given || row->stage == FileStage::unmatched);
    };
    for (const auto n : present)
      if (auto row = state::get_file(db, n); is_open(row)) flow::note_file_present(db, *row);
    for (const auto n : missing) {
      auto row = state::get_file(db, n);
      if (!is_open(row) || !flow::note_file_missing(db, job_.config, *row, job_.now())) continue;
      records.push_back(
          {.file = *row, .verdict = Verdict::gone, .reason = "it is not there any more"});
      if (row->task != 0) records.back().task = state::get_task(db, row->task);
    }
  });
  is_changed_ = true;
  report(records);
}

}  // namespace cb::watch
