#include "task.h"

#include <algorithm>

#include "base/text.h"
#include "value.h"

namespace cb::upstream_clickup {
namespace {

constexpr size_t kLongestDescription = size_t{64} << 10;
constexpr int64_t kTask = 0, kMilestone = 1;

std::string id_in(const Json& task, const char* place) {
  const Json* object = member(task, place);
  return object ? text_of(*object, "id") : "";
}

std::string name_in(const Json& task, const char* place) {
  const Json* object = member(task, place);
  return object ? text_of(*object, "name") : "";
}

Json names_of(const Json* list, const char* name) {
  Json names = Json::array();
  for (const Json& item : items_of(list)) {
    if (std::string text = text_of(item, name); !text.empty()) names.push_back(std::move(text));
  }
  return names;
}

// Of each dependency one side is this task: what it depends on comes before it; what depends on it
// is the other task's affair.
std::vector<std::string> tasks_before(const Json& task) {
  std::vector<std::string> before;
  const std::string id = id_of(task);
  for (const Json& dependency : items_of(member(task, "dependencies"))) {
    const std::string other = text_of(dependency, "depends_on");
    const bool is_ours = text_of(dependency, "task_id") == id && !other.empty() && other != id;
    if (is_ours && std::find(before.begin(), before.end(), other) == before.end()) {
      before.push_back(other);
    }
  }
  return before;
}

// {"id":"2","priority":"high"}, and in one place of the documentation a bare number.
std::optional<int64_t> priority_of(const Json& task) {
  const Json* priority = member(task, "priority");
  if (!priority) return std::nullopt;
  const auto number = integer_of(priority->is_object() ? member(*priority, "id") : priority);
  return number && *number >= 1 && *number <= 4 ? number : std::nullopt;
}

std::string as_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return to_line(value);
  std::vector<std::string> texts;
  for (const Json& item : value) texts.push_back(as_text(item));
  return join(texts);
}

std::string kind_of(const Json& task, const Json& fields, const Reading& reading) {
  if (!reading.kind_field.empty()) {
    const auto field = fields.find(reading.kind_field);
    return field == fields.end() ? "" : as_text(*field);
  }
  const int64_t type = integer_of(member(task, "custom_item_id")).value_or(kTask);
  if (type == kTask) return "Task";
  return type == kMilestone ? "Milestone" : reading.type_name(type);
}

std::string description_of(const Json& task) {
  std::string text = text_of(task, "text_content");
  if (text.empty()) text = text_of(task, "description");
  if (text.size() > kLongestDescription) {
    text.resize(valid_utf8_size(std::string_view(text).substr(0, kLongestDescription)));
    text += "…";
  }
  return text;
}

Json folder_of(const Json& task) {
  const Json* folder = member(task, "folder");
  if (!folder || is_true(member(*folder, "hidden"))) return "";  // the list is in none
  return text_of(*folder, "name");
}

Json fields_of(const Json& task, const Reading& reading) {
  Json fields = custom_fields(task, reading.clock);
  const auto add = [&](const char* name, Json value) {
    const bool is_empty = value.is_array() ? value.empty() : value == "";
    if (!is_empty && !fields.contains(name)) fields[name] = std::move(value);
  };
  add("description", description_of(task));
  add("tags", names_of(member(task, "tags"), "name"));
  add("assignees", names_of(member(task, "assignees"), "username"));
  add("list", name_in(task, "list"));
  add("folder", folder_of(task));
  add("parent", text_of(task, "parent"));
  add("custom_id", text_of(task, "custom_id"));
  return fields;
}

}  // namespace

std::string id_of(const Json& task) { return text_of(task, "id"); }

std::string list_of(const Json& task) { return id_in(task, "list"); }

std::string status_of(const Json& task) {
  const Json* status = member(task, "status");
  if (!status) return "";
  return status->is_object() ? text_of(*status, "status") : text_of(status);
}

std::string version_of(const Json& task) { return text_of(task, "date_updated"); }

std::optional<Instant> updated_at(const Json& task) {
  return instant_of(member(task, "date_updated"));
}

std::optional<Instant> created_at(const Json& task) {
  return instant_of(member(task, "date_created"));
}

bool has_dates(const Json& task) {
  if (member(task, "due_date")) return true;
  const auto& fields = items_of(member(task, "custom_fields"));
  return std::any_of(fields.begin(), fields.end(), [](const Json& field) {
    return text_of(field, "type") == "date" && member(field, "value");
  });
}

std::optional<int64_t> custom_type_of(const Json& task) {
  const auto type = integer_of(member(task, "custom_item_id"));
  return type && *type != kTask && *type != kMilestone ? type : std::nullopt;
}

bool is_in_scope(const Json& task, const Scope& scope) {
  const auto is_wanted = [&](const std::string& id) {
    return std::find(scope.ids.begin(), scope.ids.end(), id) != scope.ids.end();
  };
  if (is_wanted(id_in(task, to_string(scope.level).c_str()))) return true;
  const auto& added_to = items_of(member(task, "locations"));
  return scope.level == Level::list &&
         std::any_of(added_to.begin(), added_to.end(),
                     [&](const Json& list) { return is_wanted(text_of(list, "id")); });
}

bool is_archived(const Json& task) { return is_true(member(task, "archived")); }

std::variant<Json, std::string> to_protocol(const Json& task, const Reading& reading) {
  const std::string id = id_of(task);
  if (id.empty()) return "a task without an id: " + excerpt(to_line(task), 80);
  Json fields = fields_of(task, reading);
  const std::string name = text_of(task, "name");
  const bool is_blank = name.find_first_not_of(" \t\r\n") == std::string::npos;
  Json result = {{"id", id}, {"title", is_blank ? "(untitled)" : name}};
  if (std::string kind = kind_of(task, fields, reading); !kind.empty()) result["kind"] = kind;
  if (std::string status = status_of(task); !status.empty()) result["status"] = status;
  if (const auto due = instant_of(member(task, "due_date"))) {
    result["due"] = date_text(*due, reading.clock);
  }
  if (const auto priority = priority_of(task)) result["priority"] = *priority;
  if (const auto before = tasks_before(task); !before.empty()) result["after"] = before;
  if (!fields.empty()) result["fields"] = std::move(fields);
  if (std::string url = text_of(task, "url"); !url.empty()) result["url"] = url;
  if (std::string version = version_of(task); !version.empty()) result["version"] = version;
  return result;
}

}  // namespace cb::upstream_clickup
