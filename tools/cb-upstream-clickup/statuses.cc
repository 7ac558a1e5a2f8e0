#include "statuses.h"

#include <utility>

#include "base/text.h"
#include "fold.h"
#include "value.h"

namespace cb::upstream_clickup {
namespace {

using upstream::Failure;

constexpr Duration kFresh = std::chrono::minutes(10);

}  // namespace

TaskList read_list(const Json& list) {
  TaskList read{.id = text_of(list, "id"), .name = text_of(list, "name"), .statuses = {}};
  for (const Json& status : items_of(member(list, "statuses"))) {
    if (std::string name = text_of(status, "status"); !name.empty()) read.statuses.push_back(name);
  }
  return read;
}

std::optional<std::string> find_status(const TaskList& list, const std::string& wanted) {
  for (const std::string& status : list.statuses) {
    if (status == wanted) return status;
  }
  const std::string folded = fold_case(wanted);
  for (const std::string& status : list.statuses) {
    if (fold_case(status) == folded) return status;
  }
  return std::nullopt;
}

std::string describe_missing(const TaskList& list, const std::string& wanted) {
  return "no status \"" + excerpt(wanted, 60) + "\" on the list \"" + excerpt(list.name, 60) +
         "\"; it has: " + excerpt(join(list.statuses), 400);
}

std::variant<TaskList, Failure> Lists::get(const std::string& id, Freshness freshness) {
  const auto known = known_.find(id);
  const bool is_known = known != known_.end() && freshness == Freshness::cached;
  if (is_known && timer_.elapsed() - known->second.at < kFresh) return known->second.list;
  Answer answer = api_.get("/list/" + api_.escape(id), "get list " + printable(id));
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  TaskList list = read_list(std::get<Json>(answer));
  known_.insert_or_assign(id, Known{list, timer_.elapsed()});
  return list;
}

}  // namespace cb::upstream_clickup
