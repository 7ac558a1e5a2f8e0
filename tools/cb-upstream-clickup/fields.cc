#include "fields.h"

#include <array>
#include <utility>

#include "base/error.h"
#include "value.h"

namespace cb::upstream_clickup {
namespace {

using Read = Json (*)(const Json& field, const Json& value, const Clock& clock);

const std::vector<Json>& options_of(const Json& field) {
  const Json* config = member(field, "type_config");
  return items_of(config ? member(*config, "options") : nullptr);
}

// Options of a drop-down have a `name`, those of labels a `label`.
std::string name_of_option(const Json& option) {
  const std::string name = text_of(option, "name");
  return name.empty() ? text_of(option, "label") : name;
}

// `key` is the id of an option, or its `orderindex`: not its position, as options can be moved.
Json find_option(const Json& field, const Json& key) {
  const auto index = integer_of(&key);
  for (const Json& option : options_of(field)) {
    const bool is_it = (key.is_string() && text_of(option, "id") == text_of(&key)) ||
                       (index && integer_of(member(option, "orderindex")) == index);
    if (is_it) return name_of_option(option);
  }
  return nullptr;
}

Json read_drop_down(const Json& field, const Json& value, const Clock&) {
  return find_option(field, value.is_object() && value.contains("id") ? value["id"] : value);
}

Json read_labels(const Json& field, const Json& value, const Clock&) {
  Json names = Json::array();
  for (const Json& key : items_of(&value)) {
    if (Json name = find_option(field, key); !name.is_null()) names.push_back(std::move(name));
  }
  return names;
}

Json read_checkbox(const Json&, const Json& value, const Clock&) { return is_true(&value); }

Json read_date(const Json&, const Json& value, const Clock& clock) {
  const auto at = instant_of(&value);
  return at ? Json(date_text(*at, clock)) : Json(nullptr);
}

// "23" and 23 are the same number; what is none stays as it is.
Json read_number(const Json&, const Json& value, const Clock&) {
  if (!value.is_string()) return value;
  try {
    Json number = parse_json(value.get_ref<const std::string&>());
    return number.is_number() ? number : value;
  } catch (const Error&) {
    return value;
  }
}

std::string name_of_user(const Json& user) {
  for (const char* name : {"username", "name", "email", "id"}) {
    if (std::string text = text_of(user, name); !text.empty()) return text;
  }
  return text_of(&user);
}

Json read_users(const Json&, const Json& value, const Clock&) {
  Json names = Json::array();
  for (const Json& user : items_of(&value)) {
    if (std::string name = name_of_user(user); !name.empty()) names.push_back(std::move(name));
  }
  return names;
}

Json read_tasks(const Json&, const Json& value, const Clock&) {
  Json ids = Json::array();
  for (const Json& task : items_of(&value)) {
    if (std::string id = text_of(task, "id"); !id.empty()) ids.push_back(std::move(id));
  }
  return ids;
}

Json read_progress(const Json& field, const Json& value, const Clock& clock) {
  for (const char* name : {"percent_completed", "percent_complete"}) {
    if (const Json* percent = member(value, name)) return read_number(field, *percent, clock);
  }
  return value;
}

Json read_location(const Json&, const Json& value, const Clock&) {
  const std::string address = text_of(value, "formatted_address");
  return address.empty() ? value : Json(address);
}

Json read_files(const Json&, const Json& value, const Clock&) {
  Json names = Json::array();
  for (const Json& file : items_of(&value)) {
    if (std::string name = text_of(file, "title"); !name.empty()) names.push_back(std::move(name));
  }
  return names;
}

constexpr std::array<std::pair<std::string_view, Read>, 15> kTypes{{
    {"drop_down", read_drop_down},
    {"labels", read_labels},
    {"checkbox", read_checkbox},
    {"date", read_date},
    {"number", read_number},
    {"currency", read_number},
    {"emoji", read_number},
    {"users", read_users},
    {"people", read_users},
    {"tasks", read_tasks},
    {"list_relationship", read_tasks},
    {"manual_progress", read_progress},
    {"automatic_progress", read_progress},
    {"location", read_location},
    {"attachment", read_files},
}};

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string four_digits(int number) {
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

}  // namespace

std::string date_text(Instant at, const Clock& clock) {
  const os::LocalTime local = clock(at);
  const bool is_day = local.since_midnight == std::chrono::hours(4);
  if (!is_day) return format_rfc3339(at);
  return four_digits(local.year) + "-" + two_digits(local.month) + "-" + two_digits(local.day);
}

Json field_value(const Json& field, const Clock& clock) {
  const Json* value = member(field, "value");
  if (!value) return nullptr;
  const std::string type = text_of(field, "type");
  for (const auto& [name, read] : kTypes) {
    if (name == type) return read(field, *value, clock);
  }
  return *value;
}

Json custom_fields(const Json& task, const Clock& clock) {
  Json fields = Json::object();
  for (const Json& field : items_of(member(task, "custom_fields"))) {
    const std::string name = text_of(field, "name");
    if (name.empty() || fields.contains(name)) continue;
    if (Json value = field_value(field, clock); !value.is_null()) fields[name] = std::move(value);
  }
  return fields;
}

}  // namespace cb::upstream_clickup
