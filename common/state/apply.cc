#include "state/apply.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/time.h"
#include "state/image_tables.h"

namespace cb::state {
namespace {

constexpr const char* kReplace = "replace";  // the row that has its key goes
constexpr const char* kUpdate = "update";    // it stays, for rows of other tables belong to it

// Of as many texts as there are tables. A connection knows a statement by its address, and may
// outlive whoever made it.
const char* kept_for_ever(std::string text) {
  static std::set<std::string> texts;
  return texts.insert(std::move(text)).first->c_str();
}

[[noreturn]] void refuse(const std::string& cause) { throw Error(Fault::data, cause); }

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return bytes;
}

// `kept` holds what the value points to and the JSON does not.
db::Value value_of(const Json& json, std::list<std::string>& kept) {
  if (json.is_null()) return nullptr;
  if (json.is_number_integer()) return json.get<int64_t>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return std::string_view(json.get_ref<const std::string&>());
  if (json.is_object() && json.size() == 1 && json.begin()->is_string()) {
    const auto& bytes = kept.emplace_back(from_hex(json.begin()->get<std::string>()));
    if (json.contains("text")) return std::string_view(bytes);
    if (json.contains("blob")) return db::Value::blob(bytes);
  }
  refuse("a value of type " + type_name(json));
}

const Json& member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) refuse(std::string("no member \"") + name + "\"");
  return *found;
}

}  // namespace

const std::vector<std::string>& LineApplier::columns_of(const std::string& table) {
  auto& columns = columns_[table];
  if (columns.empty())
    for (auto rows = db_.query("SELECT name FROM pragma_table_info($1)", table); rows.next();)
      columns.push_back(rows.text(0));
  return columns;
}

// Only names of columns that there are come into the text.
const char* LineApplier::statement(const std::string& table, const Json& row,
                                   const char* conflict) {
  auto key = table;
  for (const auto& [name, value] : row.items()) key += "," + name;
  auto& sql = statements_[key];
  if (sql != nullptr) return sql;
  std::string names, values, updates;
  int number = 0;
  for (const auto& [name, value] : row.items()) {
    if (std::ranges::find(columns_of(table), name) == columns_of(table).end())
      refuse("table " + table + " has no column \"" + name + "\"");
    const auto* comma = number == 0 ? "" : ", ";
    names += comma + name;
    values += comma + ("$" + std::to_string(++number));
    updates += comma + name + " = excluded." + name;
  }
  const auto is_update = conflict == kUpdate;
  return sql = kept_for_ever(std::string("INSERT ") + (is_update ? "" : "OR REPLACE ") + "INTO " +
                             table + " (" + names + ") VALUES (" + values + ")" +
                             (is_update ? " ON CONFLICT (n) DO UPDATE SET " + updates : ""));
}

void LineApplier::write(const std::string& table, const Json& row, const char* conflict) {
  if (!row.is_object() || row.empty()) refuse("a row of " + table + " is no object");
  std::list<std::string> kept;
  std::vector<db::Value> values;
  for (const auto& [name, value] : row.items()) values.push_back(value_of(value, kept));
  auto rows = db_.query_with(statement(table, row, conflict), values);
  while (rows.next()) {
  }
}

// The members of a line are the columns of its event, but for what stands for others.
void LineApplier::apply_event(const Json& line) {
  const auto at = parse_rfc3339(member(line, "at").get<std::string>());
  if (!at) refuse("\"at\" is no time");
  Json row;
  for (const auto& [name, value] : line.items()) {
    if (name == "at")
      row["at"] = to_millis(*at);
    else if (name == "n")
      row["task"] = value;
    else if (name != "task" && name != "rows" && name != "sum")
      row[name] = value;
  }
  write("events", row, kReplace);
}

// What other tables have of a task and the line need not have.
void LineApplier::clear(int64_t n, Instant at) {
  const db::Value values[] = {n, at};
  for (const auto& table : kImageTables) {
    if (table.before.empty()) continue;
    const auto count = table.before.find("$2") == std::string_view::npos ? 1u : 2u;
    auto cleared = db_.query_with(table.before.data(), {values, count});
    while (cleared.next()) {
    }
  }
}

void LineApplier::remove(int64_t n, Instant at) {
  clear(n, at);
  db_.run("DELETE FROM tasks WHERE n = $1", n);
}

// Another task may have had the name, and been forgotten without an event.
void LineApplier::apply_task(int64_t n, const Json& rows, Instant at) {
  const auto found = rows.find("tasks");
  if (found == rows.end()) return remove(n, at);
  const auto& row = found->at(0);
  std::optional<int64_t> other;
  if (auto same = db_.query("SELECT n FROM tasks WHERE source = $1 AND id = $2 AND n <> $3",
                            member(row, "source").get<std::string>(),
                            member(row, "id").get<std::string>(), n);
      same.next())
    other = same.integer(0);
  if (other) remove(*other, at);
  clear(n, at);
  write("tasks", row, kUpdate);
}

void LineApplier::apply(const Json& line) {
  try {
    apply_event(line);
    const auto n = member(line, "n").get<int64_t>();
    const auto& rows = member(line, "rows");
    apply_task(n, rows, *parse_rfc3339(member(line, "at").get<std::string>()));
    for (const auto& table : kImageTables) {
      const std::string name(table.name);
      if (const auto found = rows.find(name); found != rows.end())
        for (const auto& row : *found) write(name, row, kReplace);
    }
  } catch (const Json::exception& error) {
    refuse(error.what());
  }
}

}  // namespace cb::state
