// Reading ClickUp's JSON with tolerance: numbers may be strings, and anything may be missing or
// null.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace cb::upstream_clickup {

// The member `name`; nullptr when it is missing, null, or `value` is no object.
const Json* member(const Json& value, const char* name);
// A string, or a number as its digits; "" for anything else.
std::string text_of(const Json* value);
// An integer, or a string that is one.
std::optional<int64_t> integer_of(const Json* value);
// Milliseconds since 1970, within the years 1 to 9999 in every time zone.
std::optional<Instant> instant_of(const Json* value);
bool is_true(const Json* value);
// The items of an array; none for anything else.
const std::vector<Json>& items_of(const Json* value);

// text_of() member `name`.
std::string text_of(const Json& value, const char* name);

}  // namespace cb::upstream_clickup
