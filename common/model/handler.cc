#include "model/handler.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "model/values.h"

namespace cb::model {
namespace {

constexpr std::array<std::string_view, 3> kOnCrashWords = {"retry", "hold", "fail"};

bool title_matches(const Json& pattern, const Task& task) {
  return pattern.is_string() && matches_glob(pattern.get_ref<const std::string&>(), task.title);
}

bool matches_one(const std::string& key, const Json& wanted, const Values& values) {
  if (key == "source") return wanted == values.task().name.source;
  if (key == "kind") return wanted == values.task().kind;
  if (key == "title") return title_matches(wanted, values.task());
  const auto field_name = Values::field_name(key);
  const Json* field = field_name ? values.field(*field_name) : nullptr;
  return field != nullptr && *field == wanted;
}

bool matches(const Match& match, const Values& values) {
  if (!match.value.is_array()) return matches_one(match.key, match.value, values);
  return std::any_of(match.value.begin(), match.value.end(),
                     [&](const Json& wanted) { return matches_one(match.key, wanted, values); });
}

template <typename T>
void read(const Json& object, const char* name, T& value) {
  const auto found = object.find(name);
  if (found == object.end()) return;
  if constexpr (std::is_same_v<T, Duration>) {
    if (found->is_string()) value = parse_duration(found->get<std::string>()).value_or(value);
  } else {
    if (found->is_number()) value = found->get<T>();
  }
}

std::vector<int> integers_of(const Json& list) {
  std::vector<int> integers;
  for (const Json& each : list) {
    if (each.is_number_integer()) integers.push_back(each.get<int>());
  }
  return integers;
}

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& each : list) {
    if (each.is_string()) texts.push_back(each.get<std::string>());
  }
  return texts;
}

OnCrash on_crash_of(const Json& word, OnCrash otherwise) {
  if (!word.is_string()) return otherwise;
  const auto found =
      std::find(kOnCrashWords.begin(), kOnCrashWords.end(), word.get_ref<const std::string&>());
  if (found == kOnCrashWords.end()) return otherwise;
  return static_cast<OnCrash>(found - kOnCrashWords.begin());
}

}  // namespace

Json to_json(const Policy& policy) {
  return {{"timeout", format_duration(policy.timeout)},
          {"grace", format_duration(policy.grace)},
          {"attempts", policy.attempts},
          {"backoff",
           {{"first", format_duration(policy.backoff.first)},
            {"factor", policy.backoff.factor},
            {"max", format_duration(policy.backoff.max)}}},
          {"snooze", format_duration(policy.snooze)},
          {"permanent", Json(policy.permanent)},
          {"artifacts", Json(policy.artifacts)},
          {"on_crash", kOnCrashWords[static_cast<size_t>(policy.on_crash)]}};
}

Policy policy_from_json(const Json& value) {
  Policy policy;
  if (!value.is_object()) return policy;
  read(value, "timeout", policy.timeout);
  read(value, "grace", policy.grace);
  read(value, "attempts", policy.attempts);
  read(value, "snooze", policy.snooze);
  if (const auto backoff = value.find("backoff"); backoff != value.end()) {
    read(*backoff, "first", policy.backoff.first);
    read(*backoff, "factor", policy.backoff.factor);
    read(*backoff, "max", policy.backoff.max);
  }
  if (const auto list = value.find("permanent"); list != value.end()) {
    policy.permanent = integers_of(*list);
  }
  if (const auto list = value.find("artifacts"); list != value.end()) {
    policy.artifacts = texts_of(*list);
  }
  if (const auto word = value.find("on_crash"); word != value.end()) {
    policy.on_crash = on_crash_of(*word, policy.on_crash);
  }
  return policy;
}

const Handler* find_handler(std::span<const Handler> handlers, const Values& values) {
  for (const Handler& handler : handlers) {
    const bool fits = std::all_of(handler.match.begin(), handler.match.end(),
                                  [&](const Match& match) { return matches(match, values); });
    if (fits) return &handler;
  }
  return nullptr;
}

const Handler* find_handler(std::span<const Handler> handlers, const Task& task) {
  return find_handler(handlers, Values(task));
}

}  // namespace cb::model
