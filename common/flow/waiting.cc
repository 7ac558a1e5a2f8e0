#include "flow/waiting.h"

#include <algorithm>

#include "base/text.h"
#include "state/list.h"

namespace cb::flow {
namespace {

using Is = model::FileMatch::Is;

std::string word_of(Is is) {
  switch (is) {
    case Is::exact:
      return "exact";
    case Is::words:
      return "words";
    case Is::near_tie:
      return "near_tie";
    case Is::too_low:
      return "too_low";
    case Is::none:
      break;
  }
  return "none";
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Most often none waits, and then no task needs to be looked at.
bool is_any_waiting(db::Connection& db) {
  const auto counts = state::read_counts(db);
  return std::any_of(counts.begin(), counts.end(), [](const auto& count) {
    return count.reason == model::reason::waiting_for_file;
  });
}

}  // namespace

Waiting::Waiting(db::Connection& db, const config::Config& config, const config::Watch& watch)
    : state_(std::make_unique<State>(db, config, watch)) {}
Waiting::~Waiting() = default;

void Waiting::State::add(const state::TaskRow& row) {
  const auto* handler = config_.find_handler(row.handler);
  if (handler == nullptr || handler->needs_file != watch_.name) return;
  tasks_.push_back({.n = row.n, .name = model::to_string(row.task.name)});
  model::Wanted wanted{.id = row.task.name.id, .title = row.task.title};
  if (watch_.for_key) {
    auto key = model::expand(*watch_.for_key, row.task, std::nullopt);
    if (auto* text = std::get_if<std::string>(&key); text != nullptr && !trimmed(*text).empty())
      wanted.keys.push_back(std::move(*text));
  }
  wanted_.push_back(std::move(wanted));
}

void Waiting::State::read() {
  if (is_read_) return;
  is_read_ = true;
  if (!is_any_waiting(db_)) return;
  state::list_tasks(db_,
                    {.states = {model::State::held},
                     .source = watch_.for_source.value_or(""),
                     .kind = watch_.for_kind.value_or(""),
                     .reason = std::string(model::reason::waiting_for_file)},
                    [&](const state::TaskRow& row) { add(row); });
}

bool Waiting::State::is_empty() {
  read();
  return tasks_.empty();
}

Decision Waiting::State::decide(std::string_view file_name) {
  if (is_empty()) return {.note = {.is = "none"}, .task = {}};
  if (!titles_) titles_.emplace(std::exchange(wanted_, {}));
  const auto match = titles_->find(last_part(file_name));
  Decision decision{.note = {.is = word_of(match.is)}, .task = {}};
  for (const auto& each : match.candidates)
    decision.note.candidates.push_back({tasks_[each.index].name, each.score, each.why});
  if (!match.is_sure()) return decision;
  const auto& best = tasks_[match.candidates.front().index];
  if (best.is_taken)
    decision.note.is = "taken";
  else
    decision.task = best.n;
  return decision;
}

void Waiting::State::take(int64_t task) {
  for (auto& each : tasks_)
    if (each.n == task) each.is_taken = true;
}

}  // namespace cb::flow
