#include "base/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace cb {
namespace {

constexpr int kMaxDepth = 200;
// Up to so many members a plain search for duplicates beats a hash set.
constexpr size_t kFewMembers = 16;

// Bytes of a string that stand for themselves; those of UTF-8 sequences are checked together.
constexpr auto kIsPlain = [] {
  std::array<bool, 256> table{};
  for (size_t c = 0x20; c < table.size(); ++c) table[c] = c != '"' && c != '\\';
  return table;
}();

bool is_plain_in_text(char c) { return kIsPlain[static_cast<unsigned char>(c)]; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

std::string in_quotes(std::string_view text) { return "\"" + excerpt(text, 80) + "\""; }

void append_utf8(std::string& text, unsigned code) {
  const auto add = [&](unsigned byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

// RFC 8259. nlohmann's own parser takes three times as long, searches the whole of an ordered
// object for each member that it adds, and lets duplicates pass.
class Parser {
 public:
  Parser(std::string_view text, Comments comments) : text_(text), comments_(comments) {}

  Json parse_text() {
    Json value = parse_value();
    skip_blanks();
    if (at_ < text_.size()) fail("expected the end of the text" + found());
    return value;
  }

 private:
  using Members = std::vector<std::pair<const std::string, Json>>;
  using Names = std::unordered_set<std::string>;

  // '\0' at the end of the text.
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  void skip_blanks();
  bool skip_comment();
  Json parse_value();
  Json parse_object();
  Json parse_array();
  Json parse_word();
  Json parse_number();
  void skip_digits();
  std::string parse_string();
  void parse_plain(std::string& value);
  void parse_escape(std::string& value);
  unsigned parse_code_unit();
  unsigned parse_code_point();
  void enter();
  void refuse_duplicate(const Members& members, Names& names, size_t at);

  std::string found() const;
  [[noreturn]] void fail(const std::string& cause) const { fail_at(at_, cause); }
  [[noreturn]] void fail_at(size_t at, const std::string& cause) const;

  std::string_view text_;
  Comments comments_;
  size_t at_ = 0;
  int depth_ = 0;
};

void Parser::skip_blanks() {
  do {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  } while (comments_ == Comments::allowed && skip_comment());
}

bool Parser::skip_comment() {
  const size_t start = at_;
  if (take("//")) {
    at_ = std::min(text_.find('\n', at_), text_.size());
    return true;
  }
  if (!take("/*")) return false;
  const size_t end = text_.find("*/", at_);
  if (end == std::string_view::npos) fail_at(start, "a comment that is not closed");
  at_ = end + 2;
  return true;
}

Json Parser::parse_value() {
  skip_blanks();
  switch (peek()) {
    case '{':
      return parse_object();
    case '[':
      return parse_array();
    case '"':
      return parse_string();
    default:
      return is_digit(peek()) || peek() == '-' ? parse_number() : parse_word();
  }
}

void Parser::enter() {
  if (depth_ == kMaxDepth) fail("nested deeper than " + std::to_string(kMaxDepth));
  ++depth_;
  ++at_;
}

Json Parser::parse_object() {
  enter();
  Json object = Json::object();
  Members& members = object.get_ref<Json::object_t&>();
  Names names;
  skip_blanks();
  for (bool is_first = true; !take('}'); is_first = false) {
    if (!is_first && !take(',')) fail("expected ',' or '}'" + found());
    skip_blanks();
    if (peek() != '"') fail("expected the name of a member in quotes" + found());
    const size_t start = at_;
    if (is_first) members.reserve(8);  // growing copies the names, which are const
    members.emplace_back(parse_string(), nullptr);
    refuse_duplicate(members, names, start);
    skip_blanks();
    if (!take(':')) fail("expected ':'" + found());
    members.back().second = parse_value();
    skip_blanks();
  }
  --depth_;
  return object;
}

// The last of `members` is new; `names` holds all names once they are many.
void Parser::refuse_duplicate(const Members& members, Names& names, size_t at) {
  const std::string& name = members.back().first;
  bool is_known = false;
  if (members.size() <= kFewMembers) {
    is_known = std::any_of(members.begin(), members.end() - 1,
                           [&](const auto& member) { return member.first == name; });
  } else {
    if (names.empty()) {
      std::for_each(members.begin(), members.end() - 1,
                    [&](const auto& member) { names.insert(member.first); });
    }
    is_known = !names.insert(name).second;
  }
  if (is_known) fail_at(at, "duplicate member " + in_quotes(name));
}

Json Parser::parse_array() {
  enter();
  Json array = Json::array();
  auto& items = array.get_ref<Json::array_t&>();
  skip_blanks();
  for (bool is_first = true; !take(']'); is_first = false) {
    if (!is_first && !take(',')) fail("expected ',' or ']'" + found());
    items.push_back(parse_value());
    skip_blanks();
  }
  --depth_;
  return array;
}

Json Parser::parse_word() {
  const size_t start = at_;
  while (is_word(peek())) ++at_;
  const std::string_view word = text_.substr(start, at_ - start);
  if (word == "true") return true;
  if (word == "false") return false;
  if (word == "null") return nullptr;
  at_ = start;
  fail("expected a value" + found());
}

void Parser::skip_digits() {
  if (!is_digit(peek())) fail("expected a digit" + found());
  while (is_digit(peek())) ++at_;
}

Json Parser::parse_number() {
  const size_t start = at_;
  const bool is_negative = take('-');
  if (peek() == '0' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
    fail_at(start, "a number with a leading 0");
  }
  skip_digits();
  const size_t end_of_integer = at_;
  if (take('.')) skip_digits();
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    skip_digits();
  }
  const char* first = text_.data() + start;
  const char* last = text_.data() + at_;
  if (at_ == end_of_integer) {
    int64_t integer = 0;
    if (std::from_chars(first, last, integer).ec == std::errc()) return integer;
    uint64_t natural = 0;
    if (!is_negative && std::from_chars(first, last, natural).ec == std::errc()) return natural;
  }
  double real = 0;
  if (std::from_chars(first, last, real).ec == std::errc()) return real;
  real = std::strtod(std::string(first, last).c_str(), nullptr);  // tells too small from too large
  if (!std::isfinite(real)) fail_at(start, "a number that is too large");
  return real;
}

std::string Parser::parse_string() {
  std::string value;
  const size_t start = at_++;
  while (!take('"')) {
    if (at_ == text_.size()) fail_at(start, "a string that is not closed");
    if (take('\\')) {
      parse_escape(value);
    } else if (is_plain_in_text(peek())) {
      parse_plain(value);
    } else {
      fail("a control character in a string");
    }
  }
  return value;
}

void Parser::parse_plain(std::string& value) {
  const size_t start = at_;
  unsigned char bits = 0;
  for (at_ += plain_size(text_.substr(at_)); at_ < text_.size() && is_plain_in_text(text_[at_]);
       ++at_) {
    bits |= static_cast<unsigned char>(text_[at_]);
  }
  const std::string_view plain = text_.substr(start, at_ - start);
  if (bits >= 0x80 && !is_valid_utf8(plain)) {
    fail_at(start + valid_utf8_size(plain), "invalid UTF-8 in a string");
  }
  value += plain;
}

// Behind the backslash.
void Parser::parse_escape(std::string& value) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (take('u')) return append_utf8(value, parse_code_point());
  const size_t letter = at_ < text_.size() ? kLetters.find(text_[at_]) : std::string_view::npos;
  if (letter == std::string_view::npos) fail_at(at_ - 1, "an unknown escape in a string");
  value += kMeanings[letter];
  ++at_;
}

unsigned Parser::parse_code_unit() {
  constexpr size_t kDigits = 4;
  const std::string_view digits = text_.substr(at_, kDigits);
  unsigned unit = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, unit, 16);
  if (digits.size() < kDigits || error != std::errc() || stop != end) {
    fail("expected four hexadecimal digits");
  }
  at_ += kDigits;
  return unit;
}

unsigned Parser::parse_code_point() {
  const size_t start = at_ - 2;
  const unsigned unit = parse_code_unit();
  if (unit < 0xD800 || unit > 0xDFFF) return unit;
  const unsigned low = unit <= 0xDBFF && take("\\u") ? parse_code_unit() : 0;
  if (low < 0xDC00 || low > 0xDFFF) fail_at(start, "half of a surrogate pair in a string");
  return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

// ", found …", for what stands here.
std::string Parser::found() const {
  if (at_ == text_.size()) return ", found the end of the text";
  size_t end = at_;
  while (end < text_.size() && is_word(text_[end])) ++end;
  if (end > at_) return ", found " + in_quotes(text_.substr(at_, end - at_));
  const char c = text_[at_];
  if (static_cast<unsigned char>(c) >= 0x80) return ", found a character that is not ASCII";
  return c < 0x20 || c == 0x7F ? ", found a control character"
                               : ", found '" + std::string(1, c) + "'";
}

void Parser::fail_at(size_t at, const std::string& cause) const {
  const std::string_view before = text_.substr(0, at);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const size_t column = before.size() - (before.rfind('\n') + 1);  // npos + 1 is 0
  throw Error(Fault::data, "line " + std::to_string(lines + 1) + ", column " +
                               std::to_string(column + 1) + ": " + cause);
}

}  // namespace

Json parse_json(std::string_view text, Comments comments) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return Parser(text, comments).parse_text();
}

}  // namespace cb
