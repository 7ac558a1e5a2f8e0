#include "known.h"

#include <algorithm>
#include <utility>

namespace cb::watch {
namespace {

constexpr size_t kFewest = 1024;

int64_t as_key(int64_t stamp) { return stamp == 0 ? 1 : stamp; }

}  // namespace

// A stamp is a hash already: its bits need no mixing.
size_t Known::slot_of(int64_t stamp) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = static_cast<size_t>(stamp) & mask;
  while (slots_[slot] != 0 && slots_[slot] != stamp) slot = (slot + 1) & mask;
  return slot;
}

void Known::grow() {
  const auto slots = std::exchange(slots_, {});
  const auto marks = std::exchange(met_marks_, {});
  slots_.resize(std::max(kFewest, slots.size() * 2));
  met_marks_.resize(slots_.size());
  for (size_t i = 0; i < slots.size(); ++i) {
    if (slots[i] == 0) continue;
    const auto slot = slot_of(slots[i]);
    slots_[slot] = slots[i];
    met_marks_[slot] = marks[i];
  }
}

void Known::add(int64_t stamp) {
  if (2 * (size_ + 1) > slots_.size()) grow();
  const auto key = as_key(stamp);
  const auto slot = slot_of(key);
  if (slots_[slot] == 0) ++size_;
  slots_[slot] = key;
  met_ += met_marks_[slot] == 0 ? 1 : 0;
  met_marks_[slot] = 1;
}

bool Known::meet(int64_t stamp) {
  if (slots_.empty()) return false;
  const auto slot = slot_of(as_key(stamp));
  if (slots_[slot] == 0) return false;
  met_ += met_marks_[slot] == 0 ? 1 : 0;
  met_marks_[slot] = 1;
  return true;
}

bool Known::was_met(int64_t stamp) const {
  if (slots_.empty()) return false;
  const auto slot = slot_of(as_key(stamp));
  return slots_[slot] != 0 && met_marks_[slot] != 0;
}

void Known::forget_meetings() {
  std::fill(met_marks_.begin(), met_marks_.end(), uint8_t{0});
  met_ = 0;
}

void Known::drop_unmet() {
  Known kept;
  for (size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i] != 0 && met_marks_[i] != 0) kept.add(slots_[i]);
  *this = std::move(kept);
}

}  // namespace cb::watch
