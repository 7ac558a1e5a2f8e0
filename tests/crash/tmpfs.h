// A file system of our own, small enough to be filled.
#pragma once

#include <cstdint>
#include <string>

namespace cb::crash {

// Thrown when the machine does not allow what a test needs.
struct Skip {
  std::string reason;
};

// A namespace in which this process may mount; throws Skip.
void enter_own_namespace();

// Mounted on `path` while it lives, with the options of tmpfs(5).
class Tmpfs {
 public:
  Tmpfs(std::string path, const std::string& options);  // throws Skip
  Tmpfs(const Tmpfs&) = delete;
  Tmpfs& operator=(const Tmpfs&) = delete;
  ~Tmpfs();

  const std::string& path() const { return path_; }
  void set_read_only(bool is_read_only) const;

 private:
  std::string path_;
};

void fill(const Tmpfs& tmpfs, uint64_t left);       // takes all bytes but so many
void take_names(const Tmpfs& tmpfs, int64_t left);  // takes all inodes but so many
void give_back(const Tmpfs& tmpfs);                 // what both took

}  // namespace cb::crash
