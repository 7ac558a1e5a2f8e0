#include "model/evaluate.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "model/values.h"

namespace cb::model {
namespace {

Verdict held(std::string_view reason, std::string detail) {
  return {.state = State::held, .reason = std::string(reason), .detail = std::move(detail)};
}

std::optional<Verdict> check_opt_in(const SourceRules& rules, const Values& values) {
  if (!rules.opt_in) return std::nullopt;
  const auto name = Values::field_name(*rules.opt_in);
  const Json* value = name ? values.field(*name) : nullptr;
  if (value == nullptr) return held(reason::not_opted_in, *rules.opt_in + " is not set");
  if (is_true_like(*value)) return std::nullopt;
  return held(reason::not_opted_in, *rules.opt_in + " is " + excerpt(to_line(*value), 80));
}

std::string describe_kind(const Task& task) {
  return task.kind.empty() ? "the task has no kind" : "kind is \"" + excerpt(task.kind, 80) + "\"";
}

// Also fills in the verdict's key.
std::optional<Missing> find_missing(const Handler& handler, const Values& values,
                                    std::string& key) {
  for (const std::string& argument : handler.run) {
    auto text = expand(argument, values);
    if (auto* missing = std::get_if<Missing>(&text)) return std::move(*missing);
  }
  if (!handler.key) return std::nullopt;
  auto text = expand(*handler.key, values);
  if (auto* missing = std::get_if<Missing>(&text)) return std::move(*missing);
  key = std::move(std::get<std::string>(text));
  return std::nullopt;
}

std::optional<Verdict> check_due(const Task& task, const SourceRules& rules, Instant now) {
  if (!task.due) {
    if (rules.run_without_due_date) return std::nullopt;
    return held(reason::no_due_date, "");
  }
  if (!rules.due_within || *task.due - *rules.due_within <= now) return std::nullopt;
  Verdict verdict = held(reason::due_too_far, "due " + format_rfc3339(*task.due));
  verdict.recheck = *task.due - *rules.due_within;
  return verdict;
}

// "after board:86a0, board:86a1 and 3 more"; three are all named.
std::string describe(std::span<const TaskName> waits_for) {
  constexpr size_t kAll = 3;
  const size_t shown = waits_for.size() <= kAll ? waits_for.size() : kAll - 1;
  std::vector<std::string> names;
  for (const TaskName& name : waits_for.first(shown)) names.push_back(to_string(name));
  std::string text = "after " + join(names);
  if (shown < waits_for.size()) {
    text += " and " + std::to_string(waits_for.size() - shown) + " more";
  }
  return text;
}

// A task that has its handler and all its values.
Verdict check_waiting(const Task& task, const SourceRules& rules, const Handler& handler,
                      const Circumstances& circumstances, Instant now) {
  if (handler.needs_file && !circumstances.has_file)
    return held(reason::waiting_for_file, "from watch " + *handler.needs_file);
  if (const auto verdict = check_due(task, rules, now)) return *verdict;
  if (!circumstances.waits_for.empty()) {
    return {.state = State::blocked,
            .reason = std::string(reason::waits_for),
            .detail = describe(circumstances.waits_for)};
  }
  return {.state = State::ready, .reason = std::string(reason::ready)};
}

}  // namespace

Verdict evaluate(const Task& task, const SourceRules& rules, std::span<const Handler> handlers,
                 const Circumstances& circumstances, Instant now) {
  Values values(task);
  if (const auto verdict = check_opt_in(rules, values)) return *verdict;
  const Handler* handler = find_handler(handlers, values);
  if (handler == nullptr) return held(reason::no_handler, describe_kind(task));
  // What waits for a file will have it.
  if (!handler->needs_file && !circumstances.has_file) values.lack_file();
  std::string key;
  const auto missing = find_missing(*handler, values, key);
  Verdict verdict = missing ? held(reason::missing_field, "needs " + printable(missing->name))
                            : check_waiting(task, rules, *handler, circumstances, now);
  verdict.handler = handler->name;
  verdict.key = std::move(key);
  return verdict;
}

bool is_true_like(const Json& value) {
  constexpr std::array<std::string_view, 5> kFalse = {"", "false", "no", "off", "0"};
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>() != 0;
  const auto* text = value.get_ptr<const std::string*>();
  return text != nullptr && std::none_of(kFalse.begin(), kFalse.end(), [&](std::string_view word) {
           return equal_ignoring_case(*text, word);
         });
}

}  // namespace cb::model
