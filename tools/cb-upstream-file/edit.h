// Changes inside a JSON text that leave every other byte as it is, so that what a person sees in a
// diff is what was meant. New text is laid out like its surroundings: on one line or several, with
// their indentation and blanks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace cb::upstream_file {

// All texts are valid JSON (parse_json takes them); a place is the offset of a value in its text.
using Place = size_t;

Place root(std::string_view text);
// The value of member `name` of the object at `object`.
std::optional<Place> find_member(std::string_view text, Place object, std::string_view name);
// The element of the array at `array`.
std::optional<Place> find_element(std::string_view text, Place array, size_t index);

// `text` with member `name` of the object at `object` set to `value`: in its place, or as the last
// member.
std::string set_member(std::string_view text, Place object, std::string_view name,
                       const Json& value);
// `text` with `value` as the last element of the array that is member `name` of the object; a
// missing one is created.
std::string append_to_member(std::string_view text, Place object, std::string_view name,
                             const Json& value);

}  // namespace cb::upstream_file
