#include "tie.h"

#include <algorithm>

#include "base/text.h"
#include "flow/files.h"
#include "job.h"
#include "os/env.h"
#include "os/file.h"
#include "report.h"
#include "state/files.h"
#include "watches.h"

namespace cb::watch {
namespace {

// The newest content of each file that `text` names.
class Finding {
 public:
  Finding(db::Connection& db, const config::Config& config) : db_(db), config_(config) {}

  std::vector<state::FileRow> find(const std::string& text) {
    if (const auto n = parse_integer(text))
      if (auto row = state::get_file(db_, *n)) add(std::move(*row));
    const auto path = os::resolve_path(text, os::working_directory(), os::home_directory());
    for (const auto& watch : config_.watches) {
      add_newest(watch.name, text);
      const auto below = watch.dir == "/" ? watch.dir : watch.dir + "/";
      if (path.starts_with(below)) add_newest(watch.name, path.substr(below.size()));
    }
    return std::move(found_);
  }

 private:
  void add_newest(const std::string& watch, const std::string& name) {
    auto rows = state::files_named(db_, watch, name);
    if (!rows.empty()) add(std::move(rows.front()));
  }
  void add(state::FileRow row) {
    const auto is_same = [&](const auto& other) { return other.n == row.n; };
    if (std::none_of(found_.begin(), found_.end(), is_same)) found_.push_back(std::move(row));
  }

  db::Connection& db_;
  const config::Config& config_;
  std::vector<state::FileRow> found_;
};

state::FileRow find_file(db::Connection& db, const config::Config& config,
                         const std::string& text) {
  auto found = Finding(db, config).find(text);
  if (found.empty())
    throw Error(Fault::answer, "tie " + excerpt(text, 200) +
                                   ": no such file is known; cb-watch list shows those that are, "
                                   "and cb-watch notices new ones");
  if (found.size() == 1) return std::move(found.front());
  std::vector<std::string> candidates;
  for (const auto& row : found)
    candidates.push_back(std::to_string(row.n) + " (" + row.watch + ": " + excerpt(row.path, 200) +
                         ")");
  throw Error(Fault::usage, "tie " + excerpt(text, 200) + ": it may be any of " + join(candidates) +
                                "; give its number");
}

state::TaskRow find_task(db::Connection& db, const std::string& text) {
  auto found = state::find_tasks_named(db, text);
  if (found.empty()) throw Error(Fault::answer, "tie to " + excerpt(text, 200) + ": no such task");
  if (found.size() == 1) return std::move(found.front());
  std::vector<std::string> candidates;
  for (const auto& row : found) candidates.push_back(model::to_string(row.task.name));
  throw Error(Fault::usage,
              "tie to " + excerpt(text, 200) + ": it is in several sources: " + join(candidates));
}

}  // namespace

int tie(state::Store& store, const config::Config& config, const Options& options, const Now& now) {
  Report report(options);
  auto& db = *store.db;
  flow::TakenFile taken;
  {
    db::Transaction transaction(db);
    auto file = find_file(db, config, options.file);
    auto task = find_task(db, options.task);
    taken = flow::tie_file(db, config, std::move(file), std::move(task), now());
    if (!options.dry_run) transaction.commit();
  }
  report.add({.file = taken.file, .verdict = Verdict::tied, .task = taken.task});
  report.finish();
  return report.exit_code();
}

}  // namespace cb::watch
