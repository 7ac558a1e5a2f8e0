// Which task is a file for? By its name alone: an exact key first, then the words of the title.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cb::model {

// A task that waits for a file.
struct Wanted {
  std::string id;                      // the tracker's id of it
  std::string title;
  std::vector<std::string> keys = {};  // further exact keys: what the watch's "key" stands for in it
};

struct Candidate {
  size_t index = 0;  // in the tasks
  double score = 0;  // 0 … 1
  std::string why;   // for people, short: "its id", "4 of 5 words; \"acme\" as \"acem\""
};

struct Match {
  enum class Is {
    exact,      // by a key
    words,      // by the title, far enough ahead of the others
    near_tie,   // two or more fit about as well
    too_low,    // the best does not fit well enough
    none,       // nothing fits at all
  } is = Is::none;
  std::vector<Candidate> candidates;  // best first, at most 5; the second is the runner-up

  bool is_sure() const { return is == Is::exact || is == Is::words; }
};

// The tasks, prepared: many names can be compared with them at little cost each.
class Titles {
 public:
  explicit Titles(std::span<const Wanted> tasks);
  // `file_name`: the last part of the path, any bytes.
  Match find(std::string_view file_name) const;

 private:
  struct Prepared;
  std::vector<Prepared> tasks_;
};

}  // namespace cb::model
