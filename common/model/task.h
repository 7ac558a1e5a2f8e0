// A task as its tracker, its input line or its file describes it: what upstream owns.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace cb::model {

// What a task is known by: "source:id". Source names are [A-Za-z0-9_.-]{1,64}; an id is 1 to 256
// bytes of UTF-8 without control characters, and may contain ':'.
struct TaskName {
  std::string source;
  std::string id;

  auto operator<=>(const TaskName&) const = default;
};

bool is_source_name(std::string_view text);
bool is_task_id(std::string_view text);
std::string to_string(const TaskName& name);  // "source:id"
// "source:id", or "id" alone, which means `default_source`. nullopt when neither part is valid.
std::optional<TaskName> parse_task_name(std::string_view text, std::string_view default_source);

struct Task {
  TaskName name{};
  std::string title{};
  std::string kind{};    // "" = none
  std::string status{};  // upstream's own word; "" = none
  std::optional<Instant> due{};
  int priority = 3;  // 1 urgent … 4 low
  std::vector<TaskName> after{};
  std::string fields = "{}";  // a JSON object, one line
  std::string url{};
  std::string version{};  // orders what upstream knows of this task; "" = unordered

  bool operator==(const Task&) const = default;
};

// Why an input was refused: one line, "POINTER: cause".
struct Problem {
  std::string line;
};

// Reads one task in the form of the protocol (cb-protocol in docs/protocol.md). `default_source` is
// the source when the value names none, and the one that ids in `after` belong to otherwise the
// task's own. Unknown members, wrong types, an empty title and text with NUL are refused.
std::variant<Task, Problem> read_task(const Json& value, std::string_view default_source);
// The same from one line of JSON.
std::variant<Task, Problem> read_task_line(std::string_view line, std::string_view default_source);

// The fields as a value, always an object.
Json fields_of(const Task& task);

// The form of the protocol; absent members are left out (`id`, `source`, `title`, `priority`,
// `fields` and `after` always stand).
Json to_json(const Task& task);

// Changes when anything changed that can matter to cb; the version does not count.
int64_t fingerprint(const Task& task);
// The same without its status.
int64_t fingerprint_of_content(const Task& task);

// Compares versions: by number if both are decimal, else byte by byte with the longer greater.
// unordered when either is "".
std::partial_ordering compare_versions(std::string_view a, std::string_view b);

}  // namespace cb::model
