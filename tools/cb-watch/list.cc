#include "list.h"

#include <algorithm>

#include "base/text.h"
#include "cli/output.h"
#include "report.h"
#include "state/tasks.h"

namespace cb::watch {
namespace {

using state::FileStage;

constexpr int kListPage = 500;
// What wants a person comes first.
constexpr FileStage kOrder[] = {FileStage::unmatched, FileStage::given,    FileStage::leaving,
                                FileStage::settled,   FileStage::replaced, FileStage::gone,
                                FileStage::listed};

cli::Style stage_style(std::string_view word) {
  return word == "unmatched" ? cli::Style::bad : cli::Style::plain;
}

std::vector<cli::Column> list_columns() {
  return {{.title = "N", .align = cli::Align::right},
          {.title = "STAGE", .style = stage_style},
          {.title = "FILE", .shrinks = true},
          {.title = "TASK", .shrinks = true},
          {.title = "STATE"},
          {.title = "MATCH", .shrinks = true}};
}

class Listing {
 public:
  Listing(state::Store& store, const Options& options)
      : db_(*store.db), records_(list_columns(), options.common) {}

  void list(const std::string& watch, FileStage stage) {
    for (int64_t after = 0;;) {
      const auto page = state::files_in(db_, watch, stage, after, kListPage);
      if (page.empty()) return;
      after = page.back().n;
      for (const auto& row : page) add(row);
    }
  }
  void finish() { records_.finish(); }

 private:
  void add(const state::FileRow& row) {
    std::optional<state::TaskRow> task;
    if (row.task != 0) task = state::get_task(db_, row.task);
    records_.add({std::to_string(row.n), std::string(to_string(row.stage)), row.path,
                  task ? model::to_string(task->task.name) : "-",
                  task ? std::string(model::to_string(task->state)) : "-", describe_match(row)},
                 [&] { return listed_json(row, task); });
  }

  db::Connection& db_;
  cli::Records records_;
};

}  // namespace

int list_files(state::Store& store, const Options& options) {
  Listing listing(store, options);
  const auto is_wanted = [&](FileStage stage) {
    return options.stages.empty() ||
           std::find(options.stages.begin(), options.stages.end(), stage) != options.stages.end();
  };
  const auto watches = options.names.empty() ? std::vector<std::string>{""} : options.names;
  for (const auto stage : kOrder)
    for (const auto& watch : watches)
      if (is_wanted(stage)) listing.list(watch, stage);
  listing.finish();
  return 0;
}

}  // namespace cb::watch
