#include <algorithm>

#include "base/text.h"
#include "model/handler.h"
#include "model/values.h"

namespace cb::model {
namespace {

// A piece of a template, from its left end.
struct Part {
  enum class Kind { literal, placeholder, mistake } kind;
  std::string_view text;  // what it stands for, the name, or what is wrong
  size_t size;            // bytes of the template that it takes
};

// `text` is not empty.
Part first_part(std::string_view text) {
  if (text.starts_with("{{") || text.starts_with("}}")) {
    return {Part::Kind::literal, text.substr(0, 1), 2};
  }
  if (text[0] == '}') return {Part::Kind::mistake, "a '}' without '{'; write }} for a brace", 1};
  if (text[0] != '{') {
    const size_t size = std::min(text.find_first_of("{}"), text.size());
    return {Part::Kind::literal, text.substr(0, size), size};
  }
  const size_t end = text.find_first_of("{}", 1);
  if (end == std::string_view::npos || text[end] == '{') {
    return {Part::Kind::mistake, "a '{' that is not closed; write {{ for a brace", 1};
  }
  return {Part::Kind::placeholder, text.substr(1, end - 1), end + 1};
}

std::string unknown_placeholder(std::string_view name) {
  return "unknown placeholder {" + excerpt(name, 80) + "}; a field is written {fields.NAME}";
}

}  // namespace

std::optional<std::string> check_template(std::string_view text) {
  const auto mistake_at = [&](size_t offset, std::string_view cause) {
    return "column " + std::to_string(offset + 1) + ": " + std::string(cause);
  };
  if (text.find('\0') != std::string_view::npos) {
    return mistake_at(text.find('\0'), "a NUL character");
  }
  for (size_t offset = 0; offset < text.size();) {
    const Part part = first_part(text.substr(offset));
    if (part.kind == Part::Kind::mistake) return mistake_at(offset, part.text);
    if (part.kind == Part::Kind::placeholder && !is_placeholder(part.text)) {
      return mistake_at(offset, unknown_placeholder(part.text));
    }
    offset += part.size;
  }
  return std::nullopt;
}

std::variant<std::string, Missing> expand(std::string_view text, const Values& values) {
  std::string expanded;
  while (!text.empty()) {
    const Part part = first_part(text);
    if (part.kind == Part::Kind::placeholder) {
      const auto value = values.text(part.text);
      if (!value) return Missing{std::string(part.text)};
      expanded += *value;
    } else {
      expanded += part.kind == Part::Kind::mistake ? text.substr(0, part.size) : part.text;
    }
    text.remove_prefix(part.size);
  }
  return expanded;
}

std::variant<std::string, Missing> expand(std::string_view text, const Task& task,
                                          const std::optional<RunValues>& run) {
  return expand(text, Values(task, run ? &*run : nullptr));
}

std::variant<std::vector<std::string>, Missing> expand_all(std::span<const std::string> argv,
                                                           const Task& task,
                                                           const std::optional<RunValues>& run) {
  const Values values(task, run ? &*run : nullptr);
  std::vector<std::string> expanded;
  for (const std::string& argument : argv) {
    auto text = expand(argument, values);
    if (auto* missing = std::get_if<Missing>(&text)) return std::move(*missing);
    expanded.push_back(std::move(std::get<std::string>(text)));
  }
  return expanded;
}

}  // namespace cb::model
