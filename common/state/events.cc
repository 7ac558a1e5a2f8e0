#include "state/events.h"

#include "state/many.h"

namespace cb::state {

void append_event(db::Connection& db, const Event& event) { append_events(db, {&event, 1}); }

void append_events(db::Connection& db, std::span<const Event> events) {
  static const RowsSql sql(std::string(db::Connection::kInsertRows) +
                               "events (at, task, run, cause, old, new, reason, detail) VALUES ",
                           "$, $, $, $, $, $, $, $");
  std::vector<db::Value> values;
  values.reserve(kAtOnce * 8);
  in_parts(events, [&](std::span<const Event> part) {
    values.clear();
    for (const auto& event : part)
      values.insert(values.end(),
                    {event.at, event.task, event.run.empty() ? db::Value(nullptr) : event.run,
                     model::to_string(event.cause),
                     event.before ? db::Value(model::to_string(*event.before)) : nullptr,
                     model::to_string(event.after), event.reason, event.detail});
    db.insert_rows(sql.for_rows(part.size()), values);
  });
}

int64_t newest_event(db::Connection& db) {
  auto rows = db.query("SELECT max(seq) FROM events");
  rows.next();
  return rows.integer(0);
}

std::optional<Instant> newest_event_time(db::Connection& db) {
  auto rows = db.query("SELECT at FROM events ORDER BY seq DESC LIMIT 1");
  if (!rows.next()) return std::nullopt;
  return from_millis(rows.integer(0));
}

void read_events(db::Connection& db, int64_t seq, int64_t task, int64_t limit,
                 const std::function<void(const Event&)>& each) {
  constexpr const char* kOfOne =
      "SELECT e.seq, e.at, e.task, t.source, t.id, e.run, e.cause, e.old, e.new, e.reason, "
      "e.detail "
      "FROM events e LEFT JOIN tasks t ON t.n = e.task WHERE e.task = $2 AND e.seq > $1 "
      "ORDER BY e.seq LIMIT $3";
  constexpr const char* kOfAll =
      "SELECT e.seq, e.at, e.task, t.source, t.id, e.run, e.cause, e.old, e.new, e.reason, "
      "e.detail "
      "FROM events e LEFT JOIN tasks t ON t.n = e.task WHERE e.seq > $1 AND $2 = 0 "
      "ORDER BY e.seq LIMIT $3";
  auto rows = db.query(task == 0 ? kOfAll : kOfOne, seq, task, limit);
  while (rows.next()) {
    const auto old = rows.optional_text(7);
    each({.seq = rows.integer(0),
          .at = from_millis(rows.integer(1)),
          .task = rows.integer(2),
          .task_name = rows.is_null(3) ? "" : rows.text(3) + ":" + rows.text(4),
          .run = rows.text(5),
          .cause = model::parse_cause(rows.view(6)).value(),
          .before = old ? model::parse_state(*old) : std::nullopt,
          .after = model::parse_state(rows.view(8)).value(),
          .reason = rows.text(9),
          .detail = rows.text(10)});
  }
}

bool is_opened_by_person(db::Connection& db, int64_t task) {
  auto rows = db.query(
      "SELECT cause IN ('retried_by_user', 'released_by_user', 'rerun') FROM events "
      "WHERE task = $1 AND cause IN ('discovered', 'claimed', 'withdrawn', 'put_back', "
      "'retried_by_user', 'released_by_user', 'rerun') ORDER BY seq DESC LIMIT 1",
      task);
  return rows.next() && rows.integer(0) != 0;
}

}  // namespace cb::state
