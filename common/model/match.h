// Which task is a file for? By its name alone: an exact key first, then the words of the title. The
// rules are in docs/matching.md. It would rather not know than be wrong.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cb::model {

// A task that waits for a file.
struct Wanted {
  std::string id;  // the tracker's id of it
  std::string title;
  std::vector<std::string> keys =
      {};  // further exact keys: what the watch's "key" stands for in it
};

struct Candidate {
  size_t index = 0;  // in the tasks
  double score = 0;  // 0 … 1
  std::string why;   // for people, one safe line: "its id", "3 of 4 words; not in the name: oslo"
};

struct FileMatch {
  enum class Is {
    exact,     // by a key
    words,     // by the title, far enough ahead of the others
    near_tie,  // two or more fit about as well
    too_low,   // the best does not fit well enough
    none,      // nothing fits at all
  } is = Is::none;
  std::vector<Candidate> candidates;  // best first, at most 5; the second is the runner-up

  bool is_sure() const { return is == Is::exact || is == Is::words; }
};

// The tasks, prepared: many names can be compared with them at little cost each. A value: copies
// share what was prepared, and need not the tasks.
class Titles {
 public:
  explicit Titles(std::span<const Wanted> tasks);
  // `file_name`: the last part of the path, any bytes.
  FileMatch find(std::string_view file_name) const;

 private:
  std::shared_ptr<const class TitleIndex> index_;
};

}  // namespace cb::model
