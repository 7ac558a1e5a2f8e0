// The statuses of lists: each list has its own, and a task may only have one of its own list's.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "api.h"

namespace cb::upstream_clickup {

struct TaskList {
  std::string id, name;
  std::vector<std::string> statuses;  // in their order, as ClickUp writes them
};

// Of GET /list/ID, or an element of a list of lists.
TaskList read_list(const Json& list);

// The status of `list` that `wanted` means, whatever its case; nullopt when it has none.
std::optional<std::string> find_status(const TaskList& list, const std::string& wanted);

// "no status \"x\" on the list \"Sprint 14\"; it has: to do, in progress".
std::string describe_missing(const TaskList& list, const std::string& wanted);

class Lists {
 public:
  explicit Lists(Api& api, Timer timer) : api_(api), timer_(std::move(timer)) {}  // outlives it

  enum class Freshness { cached, now };
  // A list as it is, or was ten minutes ago at most.
  std::variant<TaskList, upstream::Failure> get(const std::string& id, Freshness freshness);

 private:
  struct Known {
    TaskList list;
    Duration at;
  };

  Api& api_;
  Timer timer_;
  std::unordered_map<std::string, Known> known_;
};

}  // namespace cb::upstream_clickup
