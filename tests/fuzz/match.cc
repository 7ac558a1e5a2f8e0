// Names of files against titles: any bytes, and what is told of it is safe and in order.
#include "model/match.h"

#include <vector>

#include "fuzz.h"

namespace cb::fuzz {
namespace {

void check_candidates(const model::FileMatch& match, size_t tasks) {
  using Is = model::FileMatch::Is;
  require(match.candidates.size() <= 5, "there are at most five candidates");
  require(!match.is_sure() || !match.candidates.empty(), "what is sure has a candidate");
  require(match.is != Is::near_tie || match.candidates.size() > 1, "a tie has two");
  require(match.is != Is::none || match.candidates.empty(), "nothing has none");
  for (const model::Candidate& each : match.candidates) {
    require(each.index < tasks, "a candidate is one of the tasks");
    require(each.score >= 0 && each.score <= 1.000001, "a score is between 0 and 1", each.why);
    require_printable(each.why);
  }
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  Input input(data, size);
  const std::string name(input.take_text());
  std::vector<cb::model::Wanted> tasks;
  while (!input.is_empty() && tasks.size() < 30) {
    const std::string title(input.take_text());
    tasks.push_back({std::string(input.take_text()), title, {title.substr(0, title.find(' '))}});
  }
  check_candidates(cb::model::Titles(tasks).find(name), tasks.size());
  return 0;
}
