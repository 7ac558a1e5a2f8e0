#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "model/members.h"
#include "model/outcome.h"

namespace cb::model {
namespace {

using Names = std::vector<std::string>;

constexpr size_t kMaxResultMessage = size_t{64} << 10;  // what is shown of it is cut later
constexpr size_t kMaxComment = size_t{256} << 10;

Result::Verdict read_verdict(Members& members) {
  constexpr std::array<std::string_view, 5> kWords = {"", "succeeded", "failed", "retry", "snooze"};
  const std::string word = members.text("outcome");
  const auto found = std::find(kWords.begin(), kWords.end(), word);
  if (found == kWords.end() || (word.empty() && members.find("outcome") != nullptr)) {
    members.refuse("outcome", "not succeeded, failed, retry or snooze");
    return Result::Verdict::none;
  }
  return static_cast<Result::Verdict>(found - kWords.begin());
}

std::optional<Duration> read_retry_after(Members& members) {
  if (members.find("retry_after") == nullptr) return std::nullopt;
  const auto duration = parse_duration(members.text("retry_after"));
  if (!duration) members.refuse("retry_after", "not a duration such as \"5m\"");
  return duration;
}

std::optional<double> read_cost(Members& members, std::optional<Problem>& problem) {
  static const Names kKnown = {"usd"};
  const Json* cost = members.find("cost");
  if (cost == nullptr) return std::nullopt;
  Members parts(*cost, "/cost", problem);
  parts.refuse_unknown(kKnown);
  const Json* usd = parts.find("usd");
  if (usd == nullptr) return std::nullopt;
  if (usd->is_number() && usd->get<double>() >= 0) return usd->get<double>();
  parts.refuse("usd", "not a number of at least 0");
  return std::nullopt;
}

// Relative and inside the directory it is relative to.
bool is_inner_path(std::string_view path) {
  if (path.empty() || path.front() == '/' || has_nul(path)) return false;
  while (true) {
    const size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

Names read_artifacts(Members& members) {
  const Json* list = members.find("artifacts");
  if (list == nullptr) return {};
  if (!list->is_array()) members.refuse("artifacts", "not an array but " + type_name(*list));
  Names paths;
  for (const Json& each : *list) {
    const auto* path = each.get_ptr<const std::string*>();
    if (path == nullptr || !is_inner_path(*path)) {
      members.refuse("artifacts",
                     "not a relative path without \"..\": " + excerpt(to_line(each), 80));
      break;
    }
    paths.push_back(*path);
  }
  return paths;
}

void read_upstream(Members& members, Result& result, std::optional<Problem>& problem) {
  static const Names kKnown = {"status", "comment"};
  const Json* upstream = members.find("upstream");
  if (upstream == nullptr) return;
  Members parts(*upstream, "/upstream", problem);
  parts.refuse_unknown(kKnown);
  result.upstream_status = parts.text("status");
  result.upstream_comment = parts.text("comment", kMaxComment);
}

}  // namespace

std::variant<Result, Problem> read_result(std::string_view text) {
  static const Names kKnown = {"outcome",   "message",  "retry_after", "cost",
                               "artifacts", "upstream", "data"};
  Json value;
  try {
    value = parse_json(text);
  } catch (const Error& error) {
    return Problem{error.what()};
  }
  std::optional<Problem> problem;
  Members members(value, "", problem);
  members.refuse_unknown(kKnown);
  Result result;
  result.outcome = read_verdict(members);
  result.message = members.text("message", kMaxResultMessage);
  result.retry_after = read_retry_after(members);
  result.cost_usd = read_cost(members, problem);
  result.artifacts = read_artifacts(members);
  read_upstream(members, result, problem);
  if (const Json* data = members.find("data")) result.data = to_line(*data);
  if (problem) return *problem;
  return result;
}

}  // namespace cb::model
