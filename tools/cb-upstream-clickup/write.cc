#include "write.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "value.h"

namespace cb::upstream_clickup {
namespace {

using upstream::Failure;
using upstream::Kind;
using upstream::Written;

constexpr size_t kMostNoted = 10'000;
constexpr int kMostPages = 200;  // of comments
constexpr size_t kCommentsPerPage = 25;
constexpr Duration kCommentSlack = std::chrono::hours(24);  // our clock may differ from theirs
constexpr Duration kFileSlack = std::chrono::minutes(10);   // a file has no marker: less is more

std::string path_of_task(const Api& api, const std::string& task) {
  return "/task/" + api.escape(task);
}

std::string quoted(const std::string& text) { return "\"" + excerpt(text, 60) + "\""; }

// nullopt when there is no regular file.
std::optional<uint64_t> size_of_file(const std::string& path) {
  if (!os::exists(path)) return std::nullopt;
  const os::Fd file = os::open_to_read(path);
  const auto status = os::status_of(file.get(), path);
  return S_ISREG(status.st_mode) ? std::optional(static_cast<uint64_t>(status.st_size))
                                 : std::nullopt;
}

std::optional<Instant> before(std::optional<Instant> at, Duration slack) {
  return at ? std::optional(*at - slack) : std::nullopt;
}

}  // namespace

void Writer::note(const Json& task) {
  if (list_of_.size() >= kMostNoted) list_of_.clear();
  if (!list_of(task).empty()) list_of_[id_of(task)] = list_of(task);
}

Answer Writer::get_task(const std::string& task) {
  Answer answer = needs_.api.get(path_of_task(needs_.api, task), "get task " + printable(task));
  if (const Json* read = value_in(answer)) note(*read);
  return answer;
}

std::variant<std::string, Failure> Writer::list_of_task(const std::string& task) {
  if (const auto known = list_of_.find(task); known != list_of_.end()) return known->second;
  Answer answer = get_task(task);
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  return list_of(std::get<Json>(answer));
}

std::variant<std::string, Failure> Writer::canonical(const std::string& list,
                                                     const upstream::SetStatus& operation) {
  for (const auto freshness : {Lists::Freshness::cached, Lists::Freshness::now}) {
    auto got = lists_.get(list, freshness);
    if (auto* failure = std::get_if<Failure>(&got)) return std::move(*failure);
    const auto& known = std::get<TaskList>(got);
    if (auto status = find_status(known, operation.status)) return *std::move(status);
    if (freshness == Lists::Freshness::cached) continue;
    return Failure{Kind::invalid,
                   "set status of task " + printable(operation.task) + ": " +
                       describe_missing(known, operation.status),
                   {}};
  }
  return std::string();
}

Writer::Result Writer::put_status(const upstream::SetStatus& operation, const std::string& status) {
  const std::string what = "set status of task " + printable(operation.task);
  Answer answer =
      needs_.api.put(path_of_task(needs_.api, operation.task), {{"status", status}}, what);
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  const Json& task = std::get<Json>(answer);
  note(task);
  // Parts of a request that ClickUp does not understand are ignored, and answered with success.
  if (fold_case(status_of(task)) != fold_case(status)) {
    return Failure{Kind::unknown_outcome,
                   what + ": ClickUp answers with the status " + quoted(status_of(task)),
                   {}};
  }
  return Written{version_of(task)};
}

Writer::Result Writer::set_status_in(const std::string& list,
                                     const upstream::SetStatus& operation) {
  auto status = canonical(list, operation);
  if (auto* failure = std::get_if<Failure>(&status)) {
    // A task can be shared with somebody who does not see its list.
    const bool is_hidden = failure->kind == Kind::not_found || failure->kind == Kind::forbidden;
    return is_hidden ? put_status(operation, operation.status) : Result(std::move(*failure));
  }
  return put_status(operation, std::get<std::string>(status));
}

// What the task and its list were known to be may be out of date: both are looked at as they are.
Writer::Result Writer::set_refused_status(const upstream::SetStatus& operation, Failure refusal) {
  list_of_.erase(operation.task);
  auto list = list_of_task(operation.task);
  if (auto* failure = std::get_if<Failure>(&list)) return std::move(*failure);
  auto now = lists_.get(std::get<std::string>(list), Lists::Freshness::now);
  if (auto* failure = std::get_if<Failure>(&now)) return std::move(*failure);
  const TaskList& known = std::get<TaskList>(now);
  if (const auto status = find_status(known, operation.status)) {
    return put_status(operation, *status);
  }
  refusal.message = "set status of task " + printable(operation.task) + ": " +
                    describe_missing(known, operation.status);
  return refusal;
}

Writer::Result Writer::set_status(const upstream::SetStatus& operation) {
  if (operation.maybe_sent) {
    Answer answer = get_task(operation.task);
    if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
    const Json& task = std::get<Json>(answer);
    const bool is_there = fold_case(status_of(task)) == fold_case(operation.status);
    if (is_there) return Written{version_of(task)};
  }
  auto list = list_of_task(operation.task);
  if (auto* failure = std::get_if<Failure>(&list)) return std::move(*failure);
  auto result = set_status_in(std::get<std::string>(list), operation);
  auto* failure = std::get_if<Failure>(&result);
  if (!failure || failure->kind != Kind::invalid) return result;
  return set_refused_status(operation, std::move(*failure));
}

Writer::Found Writer::look_twice(const Look& look) {
  auto found = look();
  if (!std::holds_alternative<bool>(found) || std::get<bool>(found)) return found;
  if (!needs_.api.throttle().wait(needs_.settle)) {
    return Failure{Kind::transient, "look for an earlier write: ClickUp answers too slowly", {}};
  }
  return look();
}

Writer::Found Writer::find_comment(const upstream::Comment& operation) {
  auto user = needs_.workspace.user();
  if (auto* failure = std::get_if<Failure>(&user)) return std::move(*failure);
  const std::string marker = marker_of(operation.op);
  const auto first = before(decided_at(operation.op), kCommentSlack);
  const std::string path = path_of_task(needs_.api, operation.task) + "/comment";
  std::string from, last_id;
  for (int page = 0; page < kMostPages; ++page) {
    Answer answer =
        needs_.api.get(path + from, "look for the comment on task " + printable(operation.task));
    if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
    const auto& comments = items_of(member(std::get<Json>(answer), "comments"));
    for (const Json& comment : comments) {
      if (has_marker(comment, marker, std::get<User>(user).id)) return true;
    }
    if (comments.size() < kCommentsPerPage) return false;
    const auto at = instant_of(member(comments.back(), "date"));
    const std::string id = text_of(comments.back(), "id");
    if (!at || id == last_id || (first && *at < *first)) return false;
    last_id = id;
    from = "?start=" + std::to_string(to_millis(*at)) + "&start_id=" + needs_.api.escape(id);
  }
  return Failure{Kind::transient,
                 "comment on task " + printable(operation.task) +
                     ": it has too many comments to look through them for an earlier one of cb",
                 {}};
}

Writer::Result Writer::comment(const upstream::Comment& operation) {
  if (operation.maybe_sent) {
    auto found = look_twice([&] { return find_comment(operation); });
    if (auto* failure = std::get_if<Failure>(&found)) return std::move(*failure);
    if (std::get<bool>(found)) return Written{};
  }
  const Json body = {{"comment_text", with_marker(operation.text, operation.op)},
                     {"notify_all", false}};
  Answer answer = needs_.api.post(path_of_task(needs_.api, operation.task) + "/comment", body,
                                  "comment on task " + printable(operation.task));
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  return Written{};
}

Writer::Found Writer::find_file(const upstream::Attach& operation, const SoughtFile& file) {
  Answer answer = get_task(operation.task);
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  for (const Json& attachment : items_of(member(std::get<Json>(answer), "attachments"))) {
    if (is_file(attachment, file)) return true;
  }
  return false;
}

Writer::Result Writer::attach(const upstream::Attach& operation) {
  const std::string what =
      "attach " + quoted(operation.name) + " to task " + printable(operation.task);
  const auto size = size_of_file(operation.path);
  if (!size)
    return Failure{Kind::invalid, what + ": no such file: " + printable(operation.path), {}};
  if (operation.maybe_sent) {
    const SoughtFile file{.name = operation.name,
                          .size = *size,
                          .not_before = before(decided_at(operation.op), kFileSlack)};
    auto found = look_twice([&] { return find_file(operation, file); });
    if (auto* failure = std::get_if<Failure>(&found)) return std::move(*failure);
    if (std::get<bool>(found)) return Written{};
  }
  Answer answer = needs_.api.upload(path_of_task(needs_.api, operation.task) + "/attachment",
                                    {.path = operation.path, .name = operation.name}, what);
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  return Written{};
}

}  // namespace cb::upstream_clickup
