// JSON as cb uses it: member order kept, errors with line and column.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace cb {

using Json = nlohmann::ordered_json;

enum class Comments { refused, allowed };

// Parses one JSON text. Throws Error{Fault::data}, "line L, column C: cause" (1-based, column in
// bytes), also for duplicate members, invalid UTF-8 and nesting deeper than 200.
Json parse_json(std::string_view text, Comments comments = Comments::refused);

// One line, without blanks; invalid UTF-8 becomes U+FFFD.
std::string to_line(const Json& value);

// Appends `text`, which must be valid UTF-8, as a JSON string.
void append_json_string(std::string& line, std::string_view text);

// A JSON pointer of `path` with one more member `name`, escaped: "/a" + "b/c" = "/a/b~1c".
std::string pointer(std::string_view path, std::string_view name);

// Throws Error{Fault::data} "POINTER: unknown member \"x\"; did you mean \"y\"?" for the first
// member of `object` that is not in `known`. `path` is the pointer of `object` ("" for the root).
void refuse_unknown_members(const Json& object, std::string_view path,
                            std::span<const std::string> known);

// "string", "number", "object", … for messages.
std::string type_name(const Json& value);

}  // namespace cb
