// The schema, as the list of steps that lead to it.
#pragma once

#include <span>

namespace cb::state {

// Step i brings a database from version i to i + 1. Never changed once released. docs/state.md
// describes every column.
std::span<const char* const> migrations();

}  // namespace cb::state
