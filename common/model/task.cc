#include "model/task.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "model/members.h"

namespace cb::model {
namespace {

constexpr size_t kMaxSourceName = 64;
constexpr size_t kMaxId = 256;
constexpr size_t kMaxFields = size_t{256} << 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_source_name_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '.' ||
         c == '-';
}

bool is_decimal(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

// A NUL would end the argument that a placeholder fills.
bool holds_nul(const Json& value) {
  if (const auto* text = value.get_ptr<const std::string*>()) return has_nul(*text);
  if (!value.is_structured()) return false;
  for (auto each = value.begin(); each != value.end(); ++each) {
    if (value.is_object() && has_nul(each.key())) return true;
    if (holds_nul(*each)) return true;
  }
  return false;
}

TaskName read_name(Members& members, std::string_view default_source) {
  TaskName name{members.text("source"), members.text("id")};
  if (members.find("source") == nullptr) name.source = default_source;
  if (members.find("id") == nullptr) {
    members.refuse("id", "missing");
  } else if (!is_task_id(name.id)) {
    members.refuse("id", "not 1 to 256 bytes of text without control characters");
  }
  if (name.source.empty() && members.find("source") == nullptr) {
    members.refuse("source", "missing");
  } else if (!is_source_name(name.source)) {
    members.refuse("source", "not 1 to 64 characters of A-Z a-z 0-9 _ . -");
  }
  return name;
}

std::string read_title(Members& members) {
  std::string title = members.text("title");
  if (members.find("title") == nullptr) {
    members.refuse("title", "missing");
  } else if (title.find_first_not_of(" \t\r\n") == std::string::npos) {
    members.refuse("title", "empty");
  }
  return title;
}

std::optional<Instant> read_due(Members& members) {
  if (members.find("due") == nullptr) return std::nullopt;
  const auto due = parse_time_or_date(members.text("due"));
  if (!due) members.refuse("due", "not a time such as \"2026-11-30T00:00:00Z\" or \"2026-11-30\"");
  return due;
}

int read_priority(Members& members) {
  const Json* value = members.find("priority");
  if (value == nullptr) return Task{}.priority;
  for (const int priority : {1, 2, 3, 4}) {
    if (value->is_number_integer() && *value == priority) return priority;
  }
  members.refuse("priority", "not 1 (urgent), 2, 3 or 4 (low)");
  return Task{}.priority;
}

std::vector<TaskName> read_after(Members& members, const std::string& source) {
  const Json* list = members.find("after");
  if (list == nullptr) return {};
  if (!list->is_array()) members.refuse("after", "not an array but " + type_name(*list));
  std::vector<TaskName> after;
  std::set<TaskName> seen;
  for (const Json& each : *list) {
    const auto* text = each.get_ptr<const std::string*>();
    const auto name = text == nullptr ? std::nullopt : parse_task_name(*text, source);
    if (!name) {
      members.refuse("after", "not a task, \"ID\" or \"SOURCE:ID\": " + excerpt(to_line(each), 80));
      break;
    }
    if (seen.insert(*name).second) after.push_back(*name);
  }
  return after;
}

std::string read_fields(Members& members) {
  const Json* fields = members.find("fields");
  if (fields == nullptr) return Task{}.fields;
  std::string line = to_line(*fields);
  if (!fields->is_object()) {
    members.refuse("fields", "not an object but " + type_name(*fields));
  } else if (line.size() > kMaxFields) {
    members.refuse("fields", "longer than 256 KiB");
  } else if (holds_nul(*fields)) {
    members.refuse("fields", "contains a NUL character");
  }
  return line;
}

std::string read_version(Members& members) {
  const Json* version = members.find("version");
  if (version != nullptr && version->is_number_integer()) return to_line(*version);
  return members.text("version");
}

}  // namespace

bool is_source_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSourceName &&
         std::all_of(text.begin(), text.end(), is_source_name_char);
}

bool is_task_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxId && printable(text) == text;
}

std::string to_string(const TaskName& name) { return name.source + ":" + name.id; }

std::optional<TaskName> parse_task_name(std::string_view text, std::string_view default_source) {
  TaskName name{std::string(default_source), std::string(text)};
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos && is_source_name(text.substr(0, colon))) {
    name = {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
  }
  if (!is_source_name(name.source) || !is_task_id(name.id)) return std::nullopt;
  return name;
}

std::variant<Task, Problem> read_task(const Json& value, std::string_view default_source) {
  static const std::vector<std::string> kMembers = {"id",     "source", "title",    "kind",
                                                    "status", "due",    "priority", "after",
                                                    "fields", "url",    "version"};
  std::optional<Problem> problem;
  Members members(value, "", problem);
  members.refuse_unknown(kMembers);
  Task task;
  task.name = read_name(members, default_source);
  task.title = read_title(members);
  task.kind = members.text("kind");
  task.status = members.text("status");
  task.due = read_due(members);
  task.priority = read_priority(members);
  task.after = read_after(members, task.name.source);
  task.fields = read_fields(members);
  task.url = members.text("url");
  task.version = read_version(members);
  if (problem) return *problem;
  return task;
}

std::variant<Task, Problem> read_task_line(std::string_view line, std::string_view default_source) {
  try {
    return read_task(parse_json(line), default_source);
  } catch (const Error& error) {
    // The caller knows which line of its input this is.
    constexpr std::string_view kLine = "line 1, ";
    const std::string_view what = error.what();
    return Problem{std::string(what.substr(what.starts_with(kLine) ? kLine.size() : 0))};
  }
}

Json fields_of(const Task& task) {
  try {
    Json fields = parse_json(task.fields);
    if (fields.is_object()) return fields;
  } catch (const Error&) {
    // What a damaged store holds instead counts as nothing.
  }
  return Json::object();
}

Json to_json(const Task& task) {
  Json value = {{"id", task.name.id}, {"source", task.name.source}, {"title", task.title}};
  if (!task.kind.empty()) value["kind"] = task.kind;
  if (!task.status.empty()) value["status"] = task.status;
  if (task.due) value["due"] = format_rfc3339(*task.due);
  value["priority"] = task.priority;
  value["after"] = Json::array();
  for (const TaskName& name : task.after) value["after"].push_back(to_string(name));
  value["fields"] = fields_of(task);
  if (!task.url.empty()) value["url"] = task.url;
  if (!task.version.empty()) value["version"] = task.version;
  return value;
}

namespace {

int64_t fingerprint(const Task& task, std::string_view status) {
  std::string text;
  text.reserve(task.title.size() + task.fields.size() + 256);
  const auto add = [&](std::string_view part) { text.append(part).append(1, '\0'); };
  add(to_string(task.name));
  add(task.title);
  add(task.kind);
  add(status);
  add(task.due ? std::to_string(to_millis(*task.due)) : "");
  add(std::to_string(task.priority));
  for (const TaskName& name : task.after) add(to_string(name));
  add("");  // the end of the list
  add(task.fields);
  add(task.url);
  return static_cast<int64_t>(hash64(text));
}

}  // namespace

int64_t fingerprint(const Task& task) { return fingerprint(task, task.status); }

int64_t fingerprint_of_content(const Task& task) { return fingerprint(task, ""); }

std::partial_ordering compare_versions(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return std::partial_ordering::unordered;
  if (is_decimal(a) && is_decimal(b)) {
    a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
    b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
    if (a.size() != b.size()) return a.size() <=> b.size();
  }
  return a <=> b;
}

}  // namespace cb::model
