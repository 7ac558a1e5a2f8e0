// Text without its case.
#pragma once

#include <string>
#include <string_view>

namespace cb::upstream_clickup {

// `text` with the capital letters of Latin, Greek and Cyrillic made small; everything else stays.
// ClickUp shows statuses in capitals and keeps them small.
std::string fold_case(std::string_view text);

}  // namespace cb::upstream_clickup
