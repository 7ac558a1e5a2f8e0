#include "state/reserve.h"

#include "os/file.h"
#include "os/space.h"

namespace cb::state {

void keep_reserve(const Layout& layout, uint64_t headroom) {
  if (os::exists(layout.reserve()) || !has_headroom(layout, headroom + kReserve)) return;
  try {
    os::allocate_file(layout.reserve(), kReserve);
  } catch (const Error&) {
    // It was for bad times, and these are such.
  }
}

bool give_up_reserve(const Layout& layout) {
  if (!os::exists(layout.reserve()) || os::free_space(layout.root) >= kReserve) return false;
  os::remove_file(layout.reserve());
  return true;
}

bool has_headroom(const Layout& layout, uint64_t headroom) {
  return headroom == 0 || os::free_space(layout.root) > headroom;
}

}  // namespace cb::state
