// JSON that is nearly JSON.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace cb::upstream_clickup {

// `text` with each half of a surrogate pair that stands alone ("\ud83d", left where a text was cut
// inside of an emoji) and each byte that is no UTF-8 replaced by U+FFFD.
std::string mended(std::string_view text);

// Parses `text`, mended if it must be: one broken title must not hide a whole page. Throws
// Error{Fault::data} like parse_json.
Json parse_answer(std::string_view text);

}  // namespace cb::upstream_clickup
