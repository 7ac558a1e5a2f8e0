// The finished files of one directory, printed once each.
#pragma once

#include <string>

#include "job.h"
#include "receiver.h"

namespace cb::watch {

// Under which name the store remembers what was printed: that of --as, else the directory's.
// `directory`: absolute.
std::string filter_name(const Options& options, const std::string& directory);

// Printed first, and remembered when that is done: killed in between, it is printed again.
class Filter : public Receiver {
 public:
  // What `job` refers to must outlive it.
  Filter(const Job& job, std::string name);

  void begin(const std::function<void(int64_t stamp)>& each) override;
  std::vector<std::string> take(std::span<const flow::FoundFile> found) override;
  void scanned(const Known&) override {}
  void tend() override {}

 private:
  bool is_unprintable(const flow::FoundFile& found) const;
  void print(const flow::FoundFile& found, bool was_printed) const;

  Job job_;
  config::Watch watch_;  // only in name
};

}  // namespace cb::watch
