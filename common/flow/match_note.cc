#include "flow/match_note.h"

#include <cmath>

#include "base/error.h"

namespace cb::flow {
namespace {

// What is beyond three digits tells nobody anything.
double rounded(double score) { return std::round(score * 1000) / 1000; }

MatchNote note_of(const Json& json) {
  MatchNote note{.is = json.at("is").get<std::string>()};
  for (const auto& each : json.at("candidates"))
    note.candidates.push_back({each.at("task").get<std::string>(), each.at("score").get<double>(),
                               each.at("why").get<std::string>()});
  return note;
}

}  // namespace

Json candidates_json(const MatchNote& note) {
  auto candidates = Json::array();
  for (const auto& each : note.candidates)
    candidates.push_back({{"task", each.task}, {"score", rounded(each.score)}, {"why", each.why}});
  return candidates;
}

std::string to_text(const MatchNote& note) {
  return to_line({{"is", note.is}, {"candidates", candidates_json(note)}});
}

MatchNote read_match_note(std::string_view text) {
  if (text.empty()) return {};
  try {
    return note_of(parse_json(text));
  } catch (const Error&) {
    return {};
  } catch (const Json::exception&) {
    return {};
  }
}

}  // namespace cb::flow
