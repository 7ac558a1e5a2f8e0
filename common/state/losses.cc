#include "state/losses.h"

#include "base/error.h"
#include "state/journal.h"

namespace cb::state {
namespace {

db::Value text_or_null(const Json& object, const char* name) {
  const auto& value = object.at(name);
  if (!value.is_string()) return nullptr;
  return std::string_view(value.get_ref<const std::string&>());
}

bool is_there(db::Rows rows) { return rows.next(); }

// Of the tables of which a row is never removed while its task is as this event left it.
bool has_row(db::Connection& db, const std::string& table, const Json& row) {
  if (table == "deps")
    return is_there(db.query("SELECT 1 FROM deps WHERE task = $1 AND position = $2",
                             row.at("task").get<int64_t>(), row.at("position").get<int64_t>()));
  if (table == "runs")
    return is_there(db.query("SELECT 1 FROM runs WHERE id = $1 AND task = $2 AND outcome IS $3",
                             text_or_null(row, "id"), row.at("task").get<int64_t>(),
                             text_or_null(row, "outcome")));
  if (table == "outbox")
    return is_there(db.query("SELECT 1 FROM outbox WHERE n = $1 AND op = $2",
                             row.at("n").get<int64_t>(), text_or_null(row, "op")));
  return true;
}

// Whoever forgets a task remembers its name, until another comes under it.
bool is_forgotten(db::Connection& db, const Json& row) {
  return is_there(
      db.query("SELECT 1 FROM seen WHERE source = $1 AND id = $2 UNION ALL "
               "SELECT 1 FROM tasks WHERE source = $1 AND id = $2 AND n <> $3",
               text_or_null(row, "source"), text_or_null(row, "id"), row.at("n").get<int64_t>()));
}

class Comparison {
 public:
  Comparison(db::Connection& db, size_t limit) : db_(db), limit_(limit) {}

  void compare(const JournalLine& line) {
    if (lost.size() >= limit_) return;
    const auto& event = line.content;
    const auto n = event.at("n").get<int64_t>();
    if (!has_event(line, n)) return add(line, "the store has another event, or none");
    const auto& rows = event.at("rows");
    if (!is_last(line.seq, n) || !rows.contains("tasks")) return;
    const auto& task = rows.at("tasks").at(0);
    if (!is_there(db_.query("SELECT 1 FROM tasks WHERE n = $1", n))) {
      if (!is_forgotten(db_, task)) add(line, "the store has no such task");
      return;
    }
    if (!is_there(db_.query("SELECT 1 FROM tasks WHERE n = $1 AND attempts = $2 AND run IS $3", n,
                            task.at("attempts").get<int64_t>(), text_or_null(task, "run"))))
      add(line, "its task is another in the store");
    for (const auto& [table, images] : rows.items())
      for (const auto& image : images)
        if (!has_row(db_, table, image)) add(line, "the store lacks a row of " + table);
  }

  std::vector<std::string> lost;

 private:
  bool has_event(const JournalLine& line, int64_t n) {
    return is_there(db_.query(
        "SELECT 1 FROM events WHERE seq = $1 AND task = $2 AND new = $3 AND "
        "run IS $4",
        line.seq, n, text_or_null(line.content, "new"), text_or_null(line.content, "run")));
  }

  bool is_last(int64_t seq, int64_t n) {
    return !is_there(
        db_.query("SELECT 1 FROM events WHERE task = $1 AND seq > $2 LIMIT 1", n, seq));
  }

  void add(const JournalLine& line, const std::string& what) {
    const auto name = line.content.value("task", "");
    lost.push_back("event " + std::to_string(line.seq) + " of " + name + ": " + what);
  }

  db::Connection& db_;
  size_t limit_;
};

// Those before it were removed on purpose.
int64_t oldest_event(db::Connection& db) {
  auto rows = db.query("SELECT coalesce(min(seq), 1) FROM events");
  rows.next();
  return rows.integer(0);
}

}  // namespace

std::vector<std::string> find_losses(db::Connection& db, const Layout& layout, int64_t limit) {
  Comparison comparison(db, static_cast<size_t>(limit));
  read_journal(layout, {.above = oldest_event(db) - 1}, [&](const JournalLine& line) {
    try {
      comparison.compare(line);
    } catch (const Json::exception& error) {
      throw Error(Fault::data, line.place + ": " + error.what());
    }
  });
  return std::move(comparison.lost);
}

}  // namespace cb::state
