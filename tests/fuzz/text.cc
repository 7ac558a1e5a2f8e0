// Small parsers and safe forms of text.
#include "base/text.h"

#include <cerrno>

#include "fuzz.h"

namespace cb::fuzz {
namespace {

bool is_unsafe_byte(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

void check_printable(std::string_view text) {
  const std::string safe = printable(text);
  for (const char c : safe) require(!is_unsafe_byte(c), "no control bytes are left", safe);
  require(safe.find("\xC2\x9B") == std::string::npos, "no C1 control is left", safe);
  require(is_valid_utf8(safe), "it is valid UTF-8", safe);
  require(safe.size() >= text.size(), "it is not shortened", safe);
  require(printable(safe) == safe, "what is safe stays as it is", safe);
}

void check_excerpt(std::string_view text, size_t bytes) {
  const std::string part = excerpt(text, bytes);
  require_printable(part);
  require(part.size() <= bytes, "it is not longer than asked", part);
  require(printable(text).size() > bytes || part == printable(text), "what fits is kept", part);
}

void check_file_name(std::string_view text, std::string_view other) {
  const std::string name = file_name_for(text);
  require(!name.empty() && name.size() <= 200 && name.front() != '.', "it is a file's name", name);
  require(name.find('/') == std::string::npos, "it is one directory entry", name);
  require_printable(name);
  require((text == other) == (name == file_name_for(other)), "it stands for one text", name);
}

// Wildcards again, with all the ways tried; `budget` bounds them.
bool matches_slowly(std::string_view pattern, std::string_view text, int& budget) {
  if (--budget < 0) return false;
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return matches_slowly(pattern.substr(1), text, budget) ||
           (!text.empty() && matches_slowly(pattern, text.substr(1), budget));
  }
  if (text.empty() || (pattern[0] != '?' && pattern[0] != text[0])) return false;
  return matches_slowly(pattern.substr(1), text.substr(1), budget);
}

void check_glob(std::string_view pattern, std::string_view text) {
  const bool matches = matches_glob(pattern, text);
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  // The oracle knows neither sets nor characters of several bytes.
  if (pattern.find('[') != std::string_view::npos) return;
  for (const char c : text) {
    if (!is_ascii(c)) return;
  }
  int budget = 20'000;
  const bool wanted = matches_slowly(pattern, text, budget);
  require(budget < 0 || matches == wanted, "a wildcard matches what it says", text);
}

void check_integer(std::string_view text) {
  const auto value = parse_integer(text);
  if (!value) return;
  const std::string copy(text);
  errno = 0;
  require(std::strtoll(copy.c_str(), nullptr, 10) == *value && errno == 0, "it is the integer",
          text);
  require(parse_integer(std::to_string(*value)) == value, "an integer survives", text);
}

void check_closest(std::string_view word, std::string_view other) {
  const std::string candidates[] = {std::string(other), "kind", "title"};
  const auto near = closest(word, candidates);
  require(!near || *near == other || *near == "kind" || *near == "title", "it is a candidate");
  require(word.empty() || !equal_ignoring_case(word, other) || near == other, "itself is nearest",
          word);
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  Input input(data, size);
  const size_t bytes = input.take_byte();
  const std::string_view first = input.take_text();
  const std::string_view second = input.take_rest();
  check_printable(second);
  check_excerpt(second, bytes);
  check_file_name(first, second);
  check_glob(first, second);
  check_integer(first);
  check_closest(first.substr(0, 200), second.substr(0, 200));
  return 0;
}
