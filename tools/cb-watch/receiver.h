// What becomes of the finished files of a directory.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "flow/files.h"
#include "known.h"

namespace cb::watch {

class Receiver {
 public:
  virtual ~Receiver() = default;

  // Before the first look: finishes what a call that was killed began. Calls `each` with the stamps
  // of the files that are done with.
  virtual void begin(const std::function<void(int64_t stamp)>& each) = 0;
  // Takes in files that were read whole; those that it returns, by name, are to be left alone until
  // they change. Whatever it did not return is done with.
  virtual std::vector<std::string> take(std::span<const flow::FoundFile> found) = 0;
  // Everything in the directory was seen; `known` was met by what is there as it was.
  virtual void scanned(const Known& known) = 0;
  // Looks after what others may have done to the store.
  virtual void tend() = 0;
};

}  // namespace cb::watch
