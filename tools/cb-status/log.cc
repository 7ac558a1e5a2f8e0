#include <optional>

#include "base/text.h"
#include "cli/output.h"
#include "commands.h"
#include "find.h"
#include "follow.h"
#include "log_text.h"
#include "os/env.h"
#include "state/runs.h"

namespace cb::status {
namespace {

constexpr size_t kBlock = 64 * 1024;

state::RunRow newest_run(db::Connection& db, const state::TaskRow& row) {
  auto runs = state::runs_of(db, row.n);
  if (runs.empty())
    throw Error(Fault::answer,
                "print log of " + model::to_string(row.task.name) + ": it has no run yet");
  return std::move(runs.back());
}

state::RunRow find_log(db::Connection& db, const std::string& text) {
  if (auto run = state::find_run(db, text)) return std::move(*run);
  return newest_run(db, find_named(db, text));
}

class LogPrinter {
 public:
  LogPrinter(os::GrowingFile file, const Options& options)
      : file_(std::move(file)), is_safe_(!options.raw && os::is_terminal(1)) {
    if (options.lines) offset_ = offset_of_last_lines(file_, file_.size(), *options.lines);
  }

  // Prints all that is there and has not been printed yet.
  void print() {
    for (auto bytes = file_.read(offset_, kBlock); !bytes.empty();
         bytes = file_.read(offset_, kBlock)) {
      cli::print(is_safe_ ? safe_.add(bytes) : bytes);
      if (cli::is_output_closed()) return;
      offset_ += static_cast<int64_t>(bytes.size());
    }
  }
  void finish() { cli::print(safe_.finish()); }

 private:
  os::GrowingFile file_;
  bool is_safe_;
  int64_t offset_ = 0;
  SafeText safe_;
};

bool has_ended(db::Connection& db, const std::string& run) {
  const auto found = state::find_run(db, run);
  return !found || found->ended_at;
}

// The log appears when the command starts. The run is asked before the file is read, so that
// nothing it wrote is left out.
void follow_log(state::Store& store, const state::RunRow& run, const Options& options) {
  Follow follow;
  std::optional<LogPrinter> printer;
  for (;;) {
    const auto is_last = has_ended(*store.db, run.id);
    if (!printer)
      if (auto file = os::GrowingFile::open(store.layout.log(run.id)))
        printer.emplace(std::move(*file), options);
    if (printer) printer->print();
    if (is_last || !follow.wait()) break;
  }
  if (printer) printer->finish();
}

}  // namespace

int print_log(state::Store& store, const Options& options) {
  const auto run = find_log(*store.db, options.tasks.front());
  if (options.follow && !run.ended_at) {
    follow_log(store, run, options);
    return 0;
  }
  auto file = os::GrowingFile::open(store.layout.log(run.id));
  if (!file) {
    const auto why = run.message.empty() ? "" : " (" + run.message + ")";
    throw Error(Fault::answer, "print log of run " + run.id + ": there is none" + why);
  }
  LogPrinter printer(std::move(*file), options);
  printer.print();
  printer.finish();
  return 0;
}

}  // namespace cb::status
