// How a file came to its task, or why to none: the text that its row keeps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace cb::flow {

struct MatchNote {
  // How it was decided: "exact" (by a key), "words" (by the title), "person"; or why it was not:
  // "near_tie", "too_low", "none", "taken" (the task that fits had got another file). "": nobody
  // asked.
  std::string is = {};

  struct Candidate {
    std::string task;  // "source:id"
    double score = 0;  // 0 … 1
    std::string why;   // for people
  };
  std::vector<Candidate> candidates = {};  // best first; the second is the runner-up
};

std::string to_text(const MatchNote& note);
// What to_text() wrote; an empty note for anything else.
MatchNote read_match_note(std::string_view text);
// [{"task","score","why"}], for output.
Json candidates_json(const MatchNote& note);

}  // namespace cb::flow
