#include <algorithm>

#include "base/text.h"
#include "config/sections.h"
#include "model/task.h"

namespace cb::config {
namespace {

constexpr int kMaxCrashes = 1'000'000;

bool is_scalar(const Json& json) {
  return json.is_string() || json.is_number() || json.is_boolean();
}

// "kind": a text; "title": a wildcard; "fields.X": any scalar.
void check_match_value(const std::string& key, const Value& value) {
  if (key.starts_with("fields.")) {
    if (!is_scalar(value.json)) refuse_other_than(value, "a text, a number, true or false");
  } else if (!value.json.is_string()) {
    refuse_other_than(value, "a text");
  }
}

model::Match read_condition(const std::string& key, const Value& value) {
  const bool is_field = key.starts_with("fields.") && key.size() > 7;
  if (key != "source" && key != "kind" && key != "title" && !is_field)
    refuse(value, "unknown condition; known are source, kind, title and fields.NAME");
  if (!value.json.is_array()) {
    check_match_value(key, value);
  } else {
    if (value.json.empty()) refuse(value, "must not be empty");
    for (const Value& item : read_list(value)) check_match_value(key, item);
  }
  return {key, value.json};
}

std::vector<model::Match> read_match(const Value& value) {
  std::vector<model::Match> conditions;
  for (const auto& [key, condition] : Members(value).all())
    conditions.push_back(read_condition(key, condition));
  return conditions;
}

model::Backoff read_backoff(const Value& value) {
  const Members members(value, {"first", "factor", "max"});
  model::Backoff backoff;
  members.read("first", backoff.first, read_duration);
  members.read("factor", backoff.factor, [](const Value& v) { return read_number(v, {1, 100}); });
  backoff.max = std::max(backoff.max, backoff.first);
  if (const auto max = members.find("max")) {
    backoff.max = read_duration(*max);
    if (backoff.max < backoff.first)
      refuse(*max, "must not be shorter than \"first\", " + format_duration(backoff.first));
  }
  return backoff;
}

std::vector<int> read_exit_codes(const Value& value) {
  std::vector<int> codes;
  for (const Value& code : read_list(value)) codes.push_back(read_integer(code, {1, 255}));
  return codes;
}

model::OnCrash read_on_crash(const Value& value) {
  constexpr std::string_view kWords[] = {"retry", "hold", "fail"};
  constexpr model::OnCrash kMeanings[] = {model::OnCrash::retry, model::OnCrash::hold,
                                          model::OnCrash::fail};
  return kMeanings[read_word(value, kWords)];
}

model::Policy read_policy(const Members& members) {
  model::Policy policy;
  members.read("timeout", policy.timeout, read_duration);
  members.read("grace", policy.grace, read_duration);
  members.read("attempts", policy.attempts,
               [](const Value& v) { return read_integer(v, {1, 1000}); });
  members.read("backoff", policy.backoff, read_backoff);
  members.read("permanent", policy.permanent, read_exit_codes);
  members.read("snooze", policy.snooze, read_duration);
  members.read("artifacts", policy.artifacts, read_texts);
  members.read("on_crash", policy.on_crash, read_on_crash);
  return policy;
}

std::string read_key(const Value& value) {
  const std::string text = read_text(value);
  if (const auto wrong = model::check_template(text)) refuse(value, *wrong);
  return text;
}

void check_name(const std::string& name, const Value& value) {
  if (name.empty() || name.size() > 64 || printable(name) != name)
    refuse(value, "the name of a handler consists of 1 to 64 printable bytes");
}

model::Handler read_handler(const std::string& name, const Value& value, const Places& places) {
  check_name(name, value);
  const Members members(
      value, {"match", "run", "timeout", "grace", "attempts", "backoff", "permanent", "snooze",
              "key", "concurrency", "artifacts", "on_crash", "cwd", "needs_file"});
  model::Handler handler;
  handler.name = name;
  members.read("match", handler.match, read_match);
  handler.run = read_argv(members.require("run"), places, Templates::allowed);
  members.read("key", handler.key, read_key);
  members.read("concurrency", handler.concurrency,
               [](const Value& v) { return read_integer(v, {0, kMaxCrashes}); });
  members.read("cwd", handler.cwd, [&](const Value& v) { return read_path(v, places); });
  members.read("needs_file", handler.needs_file, read_text);
  handler.policy = read_policy(members);
  return handler;
}

}  // namespace

std::vector<model::Handler> read_handlers(const Value& value, const Places& places) {
  std::vector<model::Handler> handlers;
  for (const auto& [name, handler] : Members(value).all())
    handlers.push_back(read_handler(name, handler, places));
  return handlers;
}

}  // namespace cb::config
