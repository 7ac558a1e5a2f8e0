// The stamps of files that are done with, as a flat set of numbers: a directory of 100,000 files
// that did not change costs one look into it for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cb::watch {

class Known {
 public:
  void add(int64_t stamp);  // counts as met
  // Whether it is in the set; it is met then.
  bool meet(int64_t stamp);
  bool was_met(int64_t stamp) const;  // since the last forget_meetings()
  void forget_meetings();
  // Keeps only what was met, so that the set does not outgrow what is there.
  void drop_unmet();

  size_t size() const { return size_; }
  size_t met() const { return met_; }

 private:
  size_t slot_of(int64_t stamp) const;  // where it is, or where it belongs
  void grow();

  // A power of two of slots. 0 stands for an empty one, hence 0 as a stamp for 1.
  std::vector<int64_t> slots_;
  std::vector<uint8_t> met_marks_;
  size_t size_ = 0, met_ = 0;
};

}  // namespace cb::watch
