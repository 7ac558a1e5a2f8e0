// Custom fields: ClickUp's typed values as a person reads them.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "os/zone.h"

namespace cb::upstream_clickup {

// The wall clock of the token's user.
using Clock = std::function<os::LocalTime(Instant)>;

// "2026-11-30" for a day without a time, which ClickUp keeps as 04:00 in the zone of the person who
// set it; otherwise RFC 3339 in UTC.
std::string date_text(Instant at, const Clock& clock);

// The value of one element of a task's `custom_fields`; null when it is not set, or points to an
// option that is not there. A drop-down is the name of its option, labels a list of theirs, a
// checkbox a boolean, a date as above, users a list of names, numbers and currencies a number,
// related tasks a list of ids, a progress its percent, a location its address. Text is text, and
// what is of no known type is left as it is.
Json field_value(const Json& field, const Clock& clock);

// All that are set, by name; of two with one name the first that is set counts.
Json custom_fields(const Json& task, const Clock& clock);

}  // namespace cb::upstream_clickup
