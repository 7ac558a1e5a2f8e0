#include <algorithm>

#include "base/text.h"
#include "config/sections.h"
#include "model/task.h"

namespace cb::config {
namespace {

bool is_helper_kind(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void read_upstream(const Value& value, const Places& places, Source& source) {
  source.rules.has_upstream = true;
  if (value.json.is_array()) {
    source.helper = read_argv(value, places, Templates::refused);
    return;
  }
  const auto* kind = value.json.get_ptr<const std::string*>();
  if (!kind || !is_helper_kind(*kind))
    refuse_other_than(value,
                      "a kind of helper such as \"file\" (a-z, 0-9, '-'), or a list of a "
                      "program and its arguments");
  source.kind = *kind;
}

// One text, or a list of at least one.
std::vector<Value> one_or_more(const Value& value) {
  if (!value.json.is_array()) return {value};
  if (value.json.empty()) refuse(value, "must not be empty");
  return read_list(value);
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// The words given so far, each with the meaning it has.
class Meanings {
 public:
  std::string read(const Value& value, const std::string& meaning) {
    const std::string word = read_text(value);
    for (const auto& [known, of] : words_)
      if (known == lower(word) && of != meaning)
        refuse(value, "\"" + excerpt(word, 60) + "\" already means " + of);
    words_.emplace_back(lower(word), meaning);
    return word;
  }

 private:
  std::vector<std::pair<std::string, std::string>> words_;
};

model::Statuses read_statuses(const Value& value) {
  const Members members(value, {"ready", "running", "succeeded", "failed"});
  Meanings meanings;
  model::Statuses statuses;
  for (const Value& word : one_or_more(members.require("ready")))
    statuses.ready.push_back(meanings.read(word, "ready"));
  statuses.running = meanings.read(members.require("running"), "running");
  statuses.succeeded = meanings.read(members.require("succeeded"), "succeeded");
  statuses.failed = meanings.read(members.require("failed"), "failed");
  return statuses;
}

std::string read_opt_in(const Value& value) {
  const std::string text = read_text(value);
  constexpr std::string_view kPrefix = "fields.";
  if (!text.starts_with(kPrefix) || text.size() == kPrefix.size())
    refuse_other_than(value, "\"fields.NAME\"");
  return text;
}

void read_due(const Members& members, model::SourceRules& rules) {
  constexpr std::string_view kWords[] = {"hold", "run"};
  members.read("due_within", rules.due_within, read_duration);
  rules.run_without_due_date = !rules.due_within;
  if (const auto word = members.find("no_due_date"))
    rules.run_without_due_date = read_word(*word, kWords) == 1;
}

Json read_options(const Value& value) {
  if (!value.json.is_object()) refuse_other_than(value, "an object");
  return value.json;
}

Duration read_positive_duration(const Value& value) {
  const Duration duration = read_duration(value);
  if (duration <= Duration::zero()) refuse(value, "must be longer than 0s");
  return duration;
}

void read_rules(const Members& members, model::SourceRules& rules) {
  constexpr std::string_view kClaims[] = {"confirmed", "optimistic"};
  members.read("statuses", rules.statuses, read_statuses);
  members.read("opt_in", rules.opt_in, read_opt_in);
  read_due(members, rules);
  if (const auto claim = members.find("claim"))
    rules.claim =
        read_word(*claim, kClaims) == 0 ? model::Claim::confirmed : model::Claim::optimistic;
}

void check_whole(const Value& value, const Source& source) {
  if (source.rules.has_upstream && !source.rules.statuses)
    refuse(value,
           "a source with an upstream needs \"statuses\": its words for ready, running, "
           "succeeded and failed");
  if (!source.rules.has_upstream && !source.options.empty())
    refuse({value.json, pointer(value.path, "options")}, "there is no \"upstream\" to take them");
}

Source read_source(const std::string& name, const Value& value, const Places& places) {
  if (!model::is_source_name(name))
    refuse(value, "the name of a source consists of 1 to 64 letters, digits, '.', '_' and '-'");
  const Members members(value, {"upstream", "options", "statuses", "opt_in", "due_within",
                                "no_due_date", "claim", "deadline", "full_every"});
  Source source;
  source.rules.name = name;
  if (const auto upstream = members.find("upstream")) read_upstream(*upstream, places, source);
  members.read("options", source.options, read_options);
  members.read("statuses", source.statuses, [](const Value& words) { return words.json; });
  read_rules(members, source.rules);
  members.read("deadline", source.deadline, read_positive_duration);
  members.read("full_every", source.full_every, read_duration);
  check_whole(value, source);
  return source;
}

}  // namespace

std::vector<Source> read_sources(const Value& value, const Places& places) {
  std::vector<Source> sources;
  for (const auto& [name, source] : Members(value).all())
    sources.push_back(read_source(name, source, places));
  return sources;
}

}  // namespace cb::config
