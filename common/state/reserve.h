// Room on the disk for what has happened already: new work is not begun on a disk that is nearly
// full, and the outcome of what was begun can be recorded on one that is full.
#pragma once

#include <cstdint>

#include "state/layout.h"

namespace cb::state {

inline constexpr uint64_t kReserve = uint64_t{16} << 20;

// Makes the reserve, a file of that size, if it is missing and there is room for it and `headroom`
// besides. Refused by the disk: it stays away.
void keep_reserve(const Layout& layout, uint64_t headroom);

// Gives up the reserve if less than its size is free. Whether there was one to give up.
bool give_up_reserve(const Layout& layout);

// Whether more than `headroom` bytes are free where the store lies.
bool has_headroom(const Layout& layout, uint64_t headroom);

}  // namespace cb::state
