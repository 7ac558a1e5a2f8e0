// A task of ClickUp as a task of the protocol.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "base/json.h"
#include "fields.h"
#include "options.h"

namespace cb::upstream_clickup {

struct Reading {
  std::string kind_field;  // as in Options
  Clock clock;
  std::function<std::string(int64_t type)> type_name;  // of a custom task type; "" = unknown
};

// The form of the protocol, or why it cannot be one: "task 86c6d5j11: cause". Custom fields stand
// in `fields` by name; so do tags, assignees, description, list, folder, parent and custom_id,
// unless a custom field has that name.
std::variant<Json, std::string> to_protocol(const Json& task, const Reading& reading);

std::string id_of(const Json& task);
std::string list_of(const Json& task);     // the id of its own list
std::string status_of(const Json& task);   // its name
std::string version_of(const Json& task);  // date_updated
std::optional<Instant> updated_at(const Json& task);
std::optional<Instant> created_at(const Json& task);

// What is to be asked for before it can be read: whether it has a date, and its custom type.
bool has_dates(const Json& task);
std::optional<int64_t> custom_type_of(const Json& task);

// Whether the task lies in the scope by its own list or one that it was added to. ClickUp ignores
// what it does not understand of a filter.
bool is_in_scope(const Json& task, const Scope& scope);
bool is_archived(const Json& task);

}  // namespace cb::upstream_clickup
