#include "config/reader.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"

namespace cb::config {
namespace {

std::string type_in_words(const Json& json) {
  if (json.is_object()) return "an object";
  if (json.is_array()) return json.empty() ? "an empty list" : "a list";
  if (json.is_null()) return "null";
  return "a " + type_name(json);
}

// Scalars as they are written: that tells more than their type.
std::string shown(const Json& json) {
  const bool is_short = json.is_string() || json.is_number() || json.is_boolean();
  return is_short ? excerpt(to_line(json), 60) : type_in_words(json);
}

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string alternatives(std::span<const std::string_view> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += in_quotes(words[i]);
  }
  return text;
}

std::string in_words(Range range) {
  return "from " + std::to_string(range.least) + " to " + std::to_string(range.most);
}

}  // namespace

void refuse(const Value& value, const std::string& cause) {
  throw Error(Fault::data, value.path.empty() ? cause : printable(value.path) + ": " + cause);
}

void refuse_other_than(const Value& value, const std::string& expected) {
  refuse(value, "expected " + expected + ", not " + shown(value.json));
}

std::string read_text(const Value& value) {
  if (!value.json.is_string()) refuse_other_than(value, "a text");
  const auto& text = value.json.get_ref<const std::string&>();
  if (text.empty()) refuse(value, "must not be empty");
  if (has_control_characters(text)) refuse(value, "must not contain control characters");
  return text;
}

bool read_flag(const Value& value) {
  if (!value.json.is_boolean()) refuse_other_than(value, "true or false");
  return value.json.get<bool>();
}

Duration read_duration(const Value& value) {
  const auto* text = value.json.get_ptr<const std::string*>();
  const auto duration = text ? parse_duration(*text) : std::nullopt;
  if (!duration)
    refuse_other_than(value, "a duration such as \"90s\", \"5m\", \"1h30m\" or \"3w\"");
  return *duration;
}

uint64_t read_size(const Value& value) {
  const auto* text = value.json.get_ptr<const std::string*>();
  for (const auto& [unit, shift] : {std::pair("KB", 10), {"MB", 20}, {"GB", 30}, {"TB", 40}}) {
    if (!text || !text->ends_with(unit)) continue;
    const auto number = parse_integer(std::string_view(*text).substr(0, text->size() - 2));
    if (number && *number >= 0 && *number < 1'000'000)
      return static_cast<uint64_t>(*number) << shift;
  }
  refuse_other_than(value, "a size such as \"64MB\" or \"2GB\"");
}

int read_integer(const Value& value, Range range) {
  const bool is_integer = value.json.is_number_integer();
  // Compared as double: an unsigned number may be beyond int64_t.
  const double number = is_integer ? value.json.get<double>() : 0;
  if (!is_integer || number < range.least || number > range.most)
    refuse_other_than(value, "a whole number " + in_words(range));
  return value.json.get<int>();
}

double read_number(const Value& value, Range range) {
  const double number = value.json.is_number() ? value.json.get<double>() : std::nan("");
  if (!(number >= range.least && number <= range.most))
    refuse_other_than(value, "a number " + in_words(range));
  return number;
}

size_t read_word(const Value& value, std::span<const std::string_view> words) {
  const auto* text = value.json.get_ptr<const std::string*>();
  const auto found = text ? std::find(words.begin(), words.end(), *text) : words.end();
  if (found == words.end()) refuse_other_than(value, alternatives(words));
  return static_cast<size_t>(found - words.begin());
}

std::vector<Value> read_list(const Value& value) {
  if (!value.json.is_array()) refuse_other_than(value, "a list");
  std::vector<Value> items;
  for (size_t i = 0; i < value.json.size(); ++i)
    items.push_back({value.json[i], value.path + "/" + std::to_string(i)});
  return items;
}

std::vector<std::string> read_texts(const Value& value) {
  std::vector<std::string> texts;
  for (const Value& item : read_list(value)) texts.push_back(read_text(item));
  return texts;
}

Members::Members(const Value& object) : object_(object) {
  if (!object.json.is_object()) refuse_other_than(object, "an object");
}

Members::Members(const Value& object, std::initializer_list<std::string> known) : Members(object) {
  refuse_unknown_members(object.json, object.path, known);
}

std::optional<Value> Members::find(const std::string& name) const {
  const auto found = object_.json.find(name);
  if (found == object_.json.end()) return std::nullopt;
  return Value{*found, pointer(object_.path, name)};
}

Value Members::require(const std::string& name) const {
  if (auto member = find(name)) return *member;
  refuse(object_, in_quotes(name) + " is missing");
}

std::vector<std::pair<std::string, Value>> Members::all() const {
  std::vector<std::pair<std::string, Value>> members;
  for (const auto& [name, json] : object_.json.items())
    members.emplace_back(name, Value{json, pointer(object_.path, name)});
  return members;
}

}  // namespace cb::config
