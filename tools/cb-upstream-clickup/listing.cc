#include "listing.h"

#include <algorithm>
#include <utility>

#include "value.h"

namespace cb::upstream_clickup {
namespace {

using upstream::Failure;
using upstream::Listed;

constexpr size_t kHeldBack = 8;  // lines in hand: several minutes of waiting

// The member of the filter that holds a level's ids; ClickUp's older name for folders is projects.
std::string parameter_of(Level level) {
  switch (level) {
    case Level::space:
      return "space_ids%5B%5D";
    case Level::folder:
      return "project_ids%5B%5D";
    case Level::list:
      return "list_ids%5B%5D";
  }
  return "";
}

std::string filter_of(const Api& api, const Scope& scope) {
  std::string filter =
      "/team/" + api.escape(scope.workspace) + "/task?subtasks=true&include_closed=true";
  for (const std::string& id : scope.ids) {
    filter += "&" + parameter_of(scope.level) + "=" + api.escape(id);
  }
  return filter + "&";
}

Walk walk_from(const std::optional<Cursor>& cursor) {
  return cursor ? Walk(Order::updated, list_after(*cursor)) : Walk(Order::created, std::nullopt);
}

}  // namespace

Listing::Listing(ListingNeeds needs, const std::optional<Cursor>& cursor)
    : needs_(std::move(needs)),
      cursor_(cursor),
      walk_(walk_from(cursor)),
      filter_(filter_of(needs_.api, needs_.scope)) {}

// The same state of a task is told once; a later one again, as both may be on the way.
bool Listing::is_new(const Json& task) {
  const auto updated = updated_at(task);
  const int64_t version = updated ? to_millis(*updated) : 0;
  if (updated) newest_ = std::max(newest_.value_or(*updated), *updated);
  const auto [seen, is_first] = seen_.emplace(id_of(task), version);
  is_page_new_ = is_page_new_ || is_first;
  const bool is_later = is_first || version > seen->second;
  seen->second = std::max(seen->second, version);
  return is_later;
}

bool Listing::print_one() {
  if (held_.empty()) return false;
  needs_.on_task(held_.front());
  held_.pop_front();
  needs_.flush();
  return true;
}

void Listing::print_all() {
  while (print_one()) {
  }
}

void Listing::hold_back(Json task) {
  held_.push_back(std::move(task));
  if (held_.size() <= kHeldBack) return;
  needs_.on_task(held_.front());
  held_.pop_front();
  has_printed_ = true;
}

std::optional<Failure> Listing::take_task(const Json& task) {
  if (!is_new(task) || is_archived(task) || !is_in_scope(task, needs_.scope)) return std::nullopt;
  if (auto failure = needs_.workspace.prepare(task)) return failure;
  auto read = to_protocol(task, needs_.workspace.reading());
  if (auto* problem = std::get_if<std::string>(&read)) {
    needs_.problem(*problem);
    is_readable_ = false;
  } else {
    hold_back(std::get<Json>(std::move(read)));
  }
  return std::nullopt;
}

std::optional<Failure> Listing::take(const Json& answer) {
  const Json* tasks = member(answer, "tasks");
  if (!tasks || !tasks->is_array()) {
    return Failure{upstream::Kind::transient, "list tasks: the answer has no tasks", {}};
  }
  if (!started_) started_ = needs_.api.server_time();
  is_page_new_ = has_printed_ = false;
  for (const Json& task : items_of(tasks)) {
    if (auto failure = take_task(task)) return failure;
  }
  walk_.advance(answer, is_page_new_);
  if (has_printed_) {
    needs_.flush();
    needs_.api.throttle().note_line();
  }
  return std::nullopt;
}

Answer Listing::fetch() { return needs_.api.get(filter_ + walk_.query(), "list tasks"); }

Listed Listing::conclude() {
  if (!walk_.is_complete()) {
    needs_.problem("list tasks: ClickUp's pages do not end; the listing is not complete");
  }
  const bool is_complete = walk_.is_complete() && is_readable_;
  const auto next = is_complete ? cursor_after(cursor_, newest_, started_) : cursor_;
  return {.cursor = next ? std::optional(to_string(*next)) : std::nullopt,
          .is_complete = is_complete,
          .is_full = false};
}

std::variant<Listed, Failure> Listing::run() {
  std::optional<Failure> failure;
  needs_.api.throttle().set_alive([this] { return print_one(); });
  while (!failure && !walk_.is_done()) {
    Answer answer = fetch();
    if (auto* failed = std::get_if<Failure>(&answer)) failure = std::move(*failed);
    if (!failure) failure = take(std::get<Json>(answer));
  }
  needs_.api.throttle().set_alive(nullptr);
  print_all();
  if (failure) return *std::move(failure);
  return conclude();
}

}  // namespace cb::upstream_clickup
