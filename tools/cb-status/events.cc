#include <algorithm>
#include <optional>

#include "cli/output.h"
#include "commands.h"
#include "find.h"
#include "follow.h"
#include "records.h"
#include "state/events.h"
#include "state/list.h"
#include "text.h"

namespace cb::status {
namespace {

constexpr int64_t kBatch =
    10'000;  // one reading is one snapshot: a long one would keep the WAL from shrinking
constexpr int64_t kBeforeFollowing = 10;  // newest events that --follow begins with

int64_t first_seq(db::Connection& db, int64_t task, const Options& options, Instant now) {
  int64_t seq = 0;
  if (options.since) {
    const auto* duration = std::get_if<Duration>(&*options.since);
    seq =
        state::seq_since(db, task, duration ? now - *duration : std::get<Instant>(*options.since));
  }
  if (options.limit) return std::max(seq, state::seq_of_newest(db, task, *options.limit));
  if (options.follow && !options.since) return state::seq_of_newest(db, task, kBeforeFollowing);
  return seq;
}

class EventPrinter {
 public:
  explicit EventPrinter(const Options& options)
      : records_({{.title = "AT"},
                  {.title = "TASK"},
                  {.title = "FROM"},
                  {.title = "TO", .style = state_style},
                  {.title = "CAUSE"},
                  {.title = "REASON"},
                  {.title = "DETAIL", .shrinks = true}},
                 options.common),
        follow_(options.follow) {}

  void print(const state::Event& event) {
    const std::vector<std::string> cells = {
        format_rfc3339(event.at),
        event.task_name,
        event.before ? std::string(model::to_string(*event.before)) : "",
        std::string(model::to_string(event.after)),
        std::string(model::to_string(event.cause)),
        event.reason,
        event.detail};
    const auto json = [&] { return event_json(event); };
    follow_ ? records_.stream(cells, json) : records_.add(cells, json);
  }
  void finish() { records_.finish(); }

 private:
  cli::Records records_;
  bool follow_;
};

// Prints what came after `seq`; returns the newest printed.
int64_t print_after(db::Connection& db, int64_t seq, int64_t task, EventPrinter& printer) {
  for (;;) {
    int64_t count = 0;
    state::read_events(db, seq, task, kBatch, [&](const state::Event& event) {
      printer.print(event);
      seq = event.seq;
      ++count;
    });
    if (count < kBatch) return seq;
  }
}

}  // namespace

int print_events(state::Store& store, const Options& options, Instant now) {
  auto& db = *store.db;
  const int64_t task = options.tasks.empty() ? 0 : find_named(db, options.tasks.front()).n;
  std::optional<Follow> follow;
  if (options.follow) follow.emplace();
  EventPrinter printer(options);
  auto version = db.data_version();
  auto seq = print_after(db, first_seq(db, task, options, now), task, printer);
  printer.finish();
  while (follow && follow->wait()) {
    const auto current = db.data_version();
    if (current != version) seq = print_after(db, seq, task, printer);
    version = current;
  }
  return 0;
}

}  // namespace cb::status
