#include "state/images.h"

#include <algorithm>
#include <bitset>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

#include "base/json.h"
#include "base/text.h"
#include "state/image_tables.h"
#include "state/journal_line.h"

namespace cb::state {
namespace {

enum EventColumn { kEventSeq, kEventAt, kEventTask, kEventRun };

using Filled = std::bitset<kImageTables.size()>;  // which of the tables have any row

Filled filled_tables(db::Connection& db) {
  static const auto sql = [] {
    std::string text;
    for (const auto& table : kImageTables)
      text.append(text.empty() ? "SELECT EXISTS (SELECT 1 FROM " : "), EXISTS (SELECT 1 FROM ")
          .append(table.name);
    return text + ")";
  }();
  auto rows = db.query(sql.c_str());
  rows.next();
  Filled filled;
  for (size_t i = 0; i < filled.size(); ++i) filled[i] = rows.integer(static_cast<int>(i)) != 0;
  return filled;
}

// Whether there is anything in the other tables comes with the event: most tasks have nothing
// there, and asking each by a statement of its own takes as long as all the rest. Of a table that
// is empty nothing is asked: compiling that takes half of the time of a short transaction. A
// connection knows statements by their address, so they stay.
const char* select_events(Filled filled) {
  static std::map<unsigned long, std::string> texts;
  auto& text = texts[filled.to_ulong()];
  if (text.empty()) {
    text = "SELECT ";
    for (size_t i = 0; i < filled.size(); ++i)
      text.append(filled[i] ? kImageTables[i].exists : "0").append(", ");
    text +=
        "e.*, t.* FROM events e LEFT JOIN tasks t ON t.n = e.task WHERE e.seq > $1 "
        "ORDER BY e.seq LIMIT $2";
  }
  return text.c_str();
}

const char* select_table(size_t table) {
  static const auto selects = [] {
    std::vector<std::string> texts;
    for (const auto& one : kImageTables)
      texts.push_back("SELECT * FROM " + std::string(one.name) + " WHERE " +
                      std::string(one.where));
    return texts;
  }();
  return selects[table].c_str();
}

std::vector<std::string> member_names(const db::Rows& rows, int from, int to) {
  std::vector<std::string> names;
  for (int i = from; i < to; ++i) {
    auto& name = names.emplace_back(",");
    append_json_string(name, rows.name(i));
    name += ':';
  }
  return names;
}

int find_column(const db::Rows& rows, std::string_view name, int from) {
  while (from < rows.columns() && rows.name(from) != name) ++from;
  return from;
}

void append_number(std::string& text, auto value) {
  char digits[40];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  text.append(digits, end);
}

// JSON has no bytes that are not text.
void append_bytes(std::string& text, const char* kind, std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  text.append("{\"").append(kind).append("\":\"");
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  text += "\"}";
}

void append_text(std::string& text, std::string_view value) {
  if (plain_size(value) < value.size()) {
    if (!is_valid_utf8(value)) return append_bytes(text, "text", value);
    return append_json_string(text, value);
  }
  text += '"';
  text += value;
  text += '"';
}

void append_value(std::string& text, const db::Value& value) {
  using Kind = db::Value::Kind;
  static constexpr double kLargest = std::numeric_limits<double>::max();  // nor infinity
  switch (value.kind) {
    case Kind::null:
      text += "null";
      return;
    case Kind::integer:
      return append_number(text, value.integer);
    case Kind::real:
      return append_number(text, std::clamp(value.real, -kLargest, kLargest));
    case Kind::text:
      return append_text(text, value.text);
    case Kind::blob:
      return append_bytes(text, "blob", value.text);
  }
}

// Columns from `from` on of the current row, as an object.
void append_row(std::string& text, const db::Rows& rows, const std::vector<std::string>& names,
                int from) {
  const auto begin = text.size();
  for (const auto& name : names) {
    text += name;
    append_value(text, rows.value(from++));
  }
  text[begin] = '{';
  text += '}';
}

}  // namespace

// The columns of the event come first, then those of the task, of which the first is `n`.
void EventLines::learn(const db::Rows& rows) {
  event_ = static_cast<int>(kImageTables.size());
  task_ = find_column(rows, "n", event_);
  source_ = find_column(rows, "source", task_);
  id_ = find_column(rows, "id", task_);
  event_names_ = member_names(rows, event_, task_);
  task_names_ = member_names(rows, task_, rows.columns());
}

void EventLines::append_event(std::string& text, const db::Rows& rows) const {
  begin_line(text, rows.integer(event_ + kEventSeq), from_millis(rows.integer(event_ + kEventAt)));
  std::string name;
  if (!rows.is_null(task_)) name.append(rows.view(source_)).append(":").append(rows.view(id_));
  text += ",\"task\":";
  append_value(text, std::string_view(name));
  text += ",\"n\":";
  append_number(text, rows.integer(event_ + kEventTask));
  for (int i = kEventRun; i < task_ - event_; ++i) {
    text += event_names_[static_cast<size_t>(i)];
    append_value(text, rows.value(event_ + i));
  }
}

void EventLines::append_table(std::string& text, db::Connection& db, size_t table,
                              const db::Rows& event) {
  const db::Value values[] = {event.integer(event_ + kEventTask), event.value(event_ + kEventRun),
                              event.integer(event_ + kEventSeq)};
  const auto count = static_cast<size_t>(kImageTables[table].parameters);
  auto rows = db.query_with(select_table(table), {values, count});
  auto& names = table_names_[table];
  bool is_first = true;
  for (; rows.next(); is_first = false) {
    if (names.empty()) names = member_names(rows, 0, rows.columns());
    if (is_first) text.append(",\"").append(kImageTables[table].name).append("\":[");
    if (!is_first) text += ',';
    append_row(text, rows, names, 0);
  }
  if (!is_first) text += ']';
}

void EventLines::append_tables(std::string& text, db::Connection& db, const db::Rows& rows) {
  text += ",\"rows\":";
  const auto begin = text.size();
  if (!rows.is_null(task_)) {
    text += ",\"tasks\":[";
    append_row(text, rows, task_names_, task_);
    text += ']';
  }
  for (size_t table = 0; table < kImageTables.size(); ++table)
    if (rows.integer(static_cast<int>(table)) != 0) append_table(text, db, table, rows);
  if (text.size() == begin) text += ',';
  text[begin] = '{';
  text += '}';
}

int64_t EventLines::append(db::Connection& db, int64_t above, int64_t limit, std::string& text) {
  table_names_.resize(kImageTables.size());
  auto rows = db.query(select_events(filled_tables(db)), above, limit);
  while (rows.next()) {
    if (event_ == 0) learn(rows);
    const auto begin = text.size();
    append_event(text, rows);
    append_tables(text, db, rows);
    seal_line(text, begin);
    above = rows.integer(event_ + kEventSeq);
  }
  return above;
}

}  // namespace cb::state
