// What an operation leaves behind by which it is known again, and how it is found.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace cb::upstream_clickup {

// The last line of the comment of operation `op`: "ref cb-7f3a9c21e04b5d86". Plain letters, digits
// and a hyphen, as ClickUp rewrites what looks like formatting.
std::string marker_of(std::string_view op);
std::string with_marker(const std::string& text, std::string_view op);

// Whether one element of GET /task/ID/comment holds the marker and was written by `user`, an id;
// "" is anybody.
bool has_marker(const Json& comment, std::string_view marker, const std::string& user);

// When cb decided on the operation, if its id tells ("op-" and a ULID, or a ULID); nothing that it
// left behind is older.
std::optional<Instant> decided_at(std::string_view op);

struct SoughtFile {
  std::string name;
  uint64_t size = 0;
  std::optional<Instant> not_before;
};
// Whether one element of a task's `attachments` is it.
bool is_file(const Json& attachment, const SoughtFile& file);

}  // namespace cb::upstream_clickup
