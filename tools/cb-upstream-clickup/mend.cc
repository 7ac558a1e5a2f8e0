#include "mend.h"

#include <charconv>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace cb::upstream_clickup {
namespace {

constexpr size_t kEscape = 6;  // characters of \uXXXX

// The code unit of the escape that `text` begins with.
std::optional<unsigned> code_unit(std::string_view text) {
  if (text.size() < kEscape || !text.starts_with("\\u")) return std::nullopt;
  unsigned unit = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + kEscape, unit, 16);
  const bool is_whole = error == std::errc() && end == text.data() + kEscape;
  return is_whole ? std::optional(unit) : std::nullopt;
}

bool is_between(std::optional<unsigned> unit, unsigned first, unsigned last) {
  return unit && *unit >= first && *unit <= last;
}

// Copies one escape, or a pair that belongs together, and returns its size.
size_t copy_escape(std::string_view text, std::string& result) {
  const auto unit = code_unit(text);
  const bool is_high = is_between(unit, 0xD800, 0xDBFF);
  if (is_high && is_between(code_unit(text.substr(kEscape)), 0xDC00, 0xDFFF)) {
    result += text.substr(0, 2 * kEscape);
    return 2 * kEscape;
  }
  if (is_high || is_between(unit, 0xDC00, 0xDFFF)) {
    result += "\\ufffd";
    return kEscape;
  }
  result += text.substr(0, 2);  // "\\" too, whose second half begins nothing
  return 2;
}

}  // namespace

std::string mended(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    size_t taken = valid_utf8_size(text.substr(0, text.find('\\')));
    result += text.substr(0, taken);
    text.remove_prefix(taken);
    if (text.empty()) break;
    taken = 1;
    if (text.front() == '\\') {
      taken = std::min(copy_escape(text, result), text.size());
    } else {
      result += "\xEF\xBF\xBD";
    }
    text.remove_prefix(taken);
  }
  return result;
}

Json parse_answer(std::string_view text) {
  try {
    return parse_json(text);
  } catch (const Error&) {
    return parse_json(mended(text));
  }
}

}  // namespace cb::upstream_clickup
