// The cursor of a listing: how far the changes of tasks are known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace cb::upstream_clickup {

// Written "1763700000789 1763700003", or "1763700000789" once it is settled.
struct Cursor {
  Instant watermark;  // the latest change that is known
  // When, in seconds of the server's clock, that was first found to be the latest; nullopt once it
  // has been so for long enough to be sure.
  std::optional<int64_t> since;

  bool operator==(const Cursor&) const = default;
};

std::optional<Cursor> parse_cursor(std::string_view text);
std::string to_string(const Cursor& cursor);

// From where changes are asked for: a little before the watermark, as ClickUp's lists may lag
// behind its tasks; and the watermark itself once nothing can have lagged for so long.
Instant list_after(const Cursor& cursor);

// The cursor after a complete listing. `before`: the one it began with, nullopt for a full one;
// `newest`: the latest change listed; `started`: the server's time at its beginning. What changed
// while it was listed may have been missed, so the watermark is not after `started`. nullopt when
// nothing is known.
std::optional<Cursor> cursor_after(const std::optional<Cursor>& before,
                                   std::optional<Instant> newest, std::optional<Instant> started);

}  // namespace cb::upstream_clickup
