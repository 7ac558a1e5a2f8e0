#include <map>
#include <set>
#include <tuple>

#include "base/error.h"
#include "state/counts.h"
#include "state/events.h"
#include "state/keys.h"
#include "state/many.h"
#include "state/tasks.h"

namespace cb::state {
namespace {

void insert_part(db::Connection& db, std::span<TaskRow> rows) {
  static const RowsSql sql(
      std::string(db::Connection::kInsertRows) +
          "tasks (source, id, title, kind, status, due, priority, fields, url, version, "
          "fingerprint, state, reason, detail, since, first_seen, handler, key, turn, recheck, "
          "unmet, attempts, missed, sent_version, sent_seq) VALUES ",
      "$, $, $, $, $, $, $, $, $, $, $, $, $, $, $, $, $, $, $, $, $, 0, 0, '', 0");
  std::vector<db::Value> values;
  values.reserve(rows.size() * 21);
  for (const auto& row : rows) {
    const auto& task = row.task;
    values.insert(values.end(), {task.name.source,
                                 task.name.id,
                                 task.title,
                                 task.kind,
                                 task.status,
                                 task.due,
                                 task.priority,
                                 task.fields,
                                 task.url,
                                 task.version,
                                 row.fingerprint,
                                 model::to_string(row.state),
                                 row.reason,
                                 row.detail,
                                 row.since,
                                 row.first_seen,
                                 row.handler,
                                 row.key.empty() ? db::Value(nullptr) : db::Value(row.key),
                                 row.key.empty() ? 1 : 0,
                                 row.recheck,
                                 row.unmet});
  }
  // They are numbered one after the other, as nobody else writes meanwhile.
  auto n = db.insert_rows(sql.for_rows(rows.size()), values) - static_cast<int64_t>(rows.size());
  for (auto& row : rows) row.n = ++n;
}

void record(db::Connection& db, std::span<const TaskRow> rows, Instant now) {
  std::vector<Event> events;
  events.reserve(rows.size());
  for (const auto& row : rows)
    events.push_back({.at = now,
                      .task = row.n,
                      .task_name = {},
                      .run = {},
                      .cause = model::Cause::discovered,
                      .before = {},
                      .after = row.state,
                      .reason = row.reason,
                      .detail = row.detail});
  append_events(db, events);
}

void count_all(db::Connection& db, std::span<const TaskRow> rows) {
  std::map<std::tuple<std::string_view, model::State, std::string_view>, int64_t> numbers;
  for (const auto& row : rows) ++numbers[{row.task.name.source, row.state, row.reason}];
  for (const auto& [of, number] : numbers)
    count(db, std::get<0>(of), std::get<1>(of), std::get<2>(of), number);
}

void pass_turns(db::Connection& db, std::span<const TaskRow> rows) {
  std::set<std::string_view> keys;
  for (const auto& row : rows)
    if (!row.key.empty()) keys.insert(row.key);
  for (const auto key : keys) pass_turn(db, std::string(key));
}

}  // namespace

void insert_tasks(db::Connection& db, std::span<TaskRow> rows, Instant now) {
  for (auto& row : rows) {
    require_legal(row, std::nullopt, model::Cause::discovered, row.state);
    row.since = row.first_seen = now;
  }
  in_parts(rows, [&](std::span<TaskRow> part) {
    insert_part(db, part);
    record(db, part, now);
  });
  count_all(db, rows);
  pass_turns(db, rows);
}

void insert_task(db::Connection& db, TaskRow& row, Instant now) {
  insert_tasks(db, {&row, 1}, now);
}

std::vector<bool> are_unknown(db::Connection& db, std::span<const model::TaskName* const> names) {
  static const RowsSql sql("WITH wanted (place, source, id) AS (VALUES ", "$, $, $",
                           ") SELECT w.place FROM wanted w "
                           "LEFT JOIN tasks t ON t.source = w.source AND t.id = w.id "
                           "LEFT JOIN seen s ON s.source = w.source AND s.id = w.id "
                           "WHERE t.source IS NOT NULL OR s.source IS NOT NULL");
  std::vector<bool> unknown(names.size(), true);
  std::vector<db::Value> values;
  values.reserve(kAtOnce * 3);
  int64_t place = 0;
  in_parts(names, [&](std::span<const model::TaskName* const> part) {
    values.clear();
    for (const auto* name : part) values.insert(values.end(), {place++, name->source, name->id});
    auto rows = db.query_with(sql.for_rows(part.size()), values);
    while (rows.next()) unknown[static_cast<size_t>(rows.integer(0))] = false;
  });
  return unknown;
}

}  // namespace cb::state
