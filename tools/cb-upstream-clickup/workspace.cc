#include "workspace.h"

#include <utility>

#include "value.h"

namespace cb::upstream_clickup {

using upstream::Failure;

User read_user(const Json& answer) {
  const Json* user = member(answer, "user");
  if (!user) return {};
  return {.id = text_of(*user, "id"),
          .name = text_of(*user, "username"),
          .email = text_of(*user, "email"),
          .time_zone = text_of(*user, "timezone")};
}

Workspace::Workspace(Api& api, const Options& options, Problem problem)
    : api_(api), workspace_(options.scope.workspace), problem_(std::move(problem)) {
  reading_.kind_field = options.kind_field;
  reading_.clock = [this](Instant at) { return local_time(at); };
  reading_.type_name = [this](int64_t type) {
    const auto name = types_.find(type);
    return name == types_.end() ? std::string() : name->second;
  };
}

std::variant<User, Failure> Workspace::user() {
  if (user_) return *user_;
  Answer answer = api_.get("/user", "ask who the token is");
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  user_ = read_user(std::get<Json>(answer));
  return *user_;
}

std::optional<Failure> Workspace::learn_types() {
  Answer answer = api_.get("/team/" + api_.escape(workspace_) + "/custom_item", "list task types");
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  for (const Json& type : items_of(member(std::get<Json>(answer), "custom_items"))) {
    if (const auto id = integer_of(member(type, "id"))) types_[*id] = text_of(type, "name");
  }
  return std::nullopt;
}

std::optional<Failure> Workspace::prepare(const Json& task) {
  if (!user_ && has_dates(task)) {
    auto answer = user();
    if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  }
  const auto type = reading_.kind_field.empty() ? custom_type_of(task) : std::nullopt;
  if (!type || types_.contains(*type)) return std::nullopt;
  if (auto failure = learn_types()) return failure;
  if (types_.emplace(*type, "").second) {  // so that it is asked for once
    problem_("task type " + std::to_string(*type) + ": the workspace does not name it");
  }
  return std::nullopt;
}

os::LocalTime Workspace::local_time(Instant at) {
  const std::string zone = user_ ? user_->time_zone : "";
  if (const auto local = os::local_time(at, zone)) return *local;
  if (!std::exchange(has_told_of_zone_, true)) {
    problem_("time zone \"" + zone + "\" of the token's user: unknown here; dates are read as UTC");
  }
  return os::utc_time(at);
}

}  // namespace cb::upstream_clickup
