#include "base/text.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <numeric>

namespace cb {
namespace {

constexpr char32_t kInvalid = 0xFFFFFFFF;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Char {
  char32_t code = kInvalid;
  size_t size = 1;  // bytes taken; 1 for an invalid byte
};

constexpr unsigned char byte_at(std::string_view text, size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// The first character of `text`, which is not empty.
Char first_char(std::string_view text) {
  const unsigned char lead = byte_at(text, 0);
  if (lead < 0x80) return {lead, 1};
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  char32_t code = lead & (0x7Fu >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte_at(text, i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte_at(text, i) & 0x3Fu);
  }
  const bool is_overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (is_overlong || is_surrogate || code > 0x10FFFF) return {};
  return {code, size};
}

bool is_unsafe(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) ||  // C0, DEL, C1
         (code >= 0x2028 && code <= 0x202E) ||            // separators, embeddings, overrides
         (code >= 0x2066 && code <= 0x2069) ||            // isolates
         code == kInvalid;
}

bool is_printable_ascii(char c) { return c >= 0x20 && c < 0x7F; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_file_name_byte(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

std::string hex(uint64_t value, int digits) {
  std::string text;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    text += "0123456789ABCDEF"[value >> shift & 0xF];
  }
  return text;
}

// The length of the [set] that `pattern` starts with; 0 when it is not closed.
size_t set_size(std::string_view pattern) {
  size_t from = 1;
  if (pattern.size() > from && (pattern[from] == '!' || pattern[from] == '^')) ++from;
  const size_t end = pattern.find(']', from + 1);  // a ']' that stands first is a member
  return end == std::string_view::npos ? 0 : end + 1;
}

// `set` is what stands between the brackets.
bool is_in_set(std::string_view set, char32_t code) {
  const bool is_negated = set[0] == '!' || set[0] == '^';
  if (is_negated) set.remove_prefix(1);
  bool is_member = false;
  while (!set.empty()) {
    const Char low = first_char(set);
    set.remove_prefix(low.size);
    Char high = low;
    if (set.size() >= 2 && set[0] == '-') {
      high = first_char(set.substr(1));
      set.remove_prefix(1 + high.size);
    }
    is_member = is_member || (code >= low.code && code <= high.code);
  }
  return is_member != is_negated;
}

// Bytes of `pattern` that match the one character `c`; 0 when they do not.
size_t match_one(std::string_view pattern, std::string_view c) {
  if (pattern.empty()) return 0;
  if (pattern[0] == '?') return 1;
  const size_t set = pattern[0] == '[' ? set_size(pattern) : 0;
  if (set > 0) return is_in_set(pattern.substr(1, set - 2), first_char(c).code) ? set : 0;
  return pattern.substr(0, c.size()) == c ? c.size() : 0;
}

// Insertions, deletions, changes and swaps of neighbours.
size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<size_t> before, above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      const bool is_swap = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (is_swap) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  return above[b.size()];
}

using Block = unsigned char __attribute__((vector_size(16)));

// Not 0 in the bytes of the block at `data` that plain_size() ends at.
inline Block special_in(const char* data) {
  Block bytes;
  std::memcpy(&bytes, data, sizeof(bytes));
  // Taking away a blank, what is below it lands beyond '~' as well.
  return Block((bytes - ' ' >= 0x7F - ' ') | (bytes == '"') | (bytes == '\\'));
}

inline std::array<uint64_t, 2> halves_of(const Block& block) {
  std::array<uint64_t, 2> halves;
  std::memcpy(halves.data(), &block, sizeof(halves));
  return halves;
}

inline bool is_any(const Block& block) {
  const auto halves = halves_of(block);
  return (halves[0] | halves[1]) != 0;
}

// The first byte that is not 0; the size of a block when there is none.
inline size_t first_in(const Block& block) {
  const auto halves = halves_of(block);
  const auto place = [](uint64_t half) {  // in the order of memory
    return static_cast<size_t>(std::endian::native == std::endian::little
                                   ? std::countr_zero(half)
                                   : std::countl_zero(half)) /
           8;
  };
  return halves[0] != 0 ? place(halves[0]) : sizeof(uint64_t) + place(halves[1]);
}

// How many bytes `text` begins with, in words of eight, that are all ASCII: most text is.
size_t ascii_blocks(std::string_view text) {
  constexpr uint64_t kHigh = 0x8080808080808080;
  size_t size = 0;
  for (uint64_t word; text.size() - size >= sizeof(word); size += sizeof(word)) {
    std::memcpy(&word, text.data() + size, sizeof(word));
    if ((word & kHigh) != 0) break;
  }
  return size;
}

}  // namespace

std::optional<int64_t> parse_integer(std::string_view text) {
  int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

size_t valid_utf8_size(std::string_view text) {
  size_t size = 0;
  while (size < text.size()) {
    size += ascii_blocks(text.substr(size));
    if (size == text.size()) break;
    const Char c = first_char(text.substr(size));
    if (c.code == kInvalid) break;
    size += c.size;
  }
  return size;
}

bool is_valid_utf8(std::string_view text) { return valid_utf8_size(text) == text.size(); }

bool has_control_characters(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte != 0xc2 || i + 1 == text.size()) continue;
    const auto next = static_cast<unsigned char>(text[i + 1]);  // C1 in UTF-8
    if (next >= 0x80 && next < 0xa0) return true;
  }
  return false;
}

std::string printable(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_printable_ascii)) return std::string(text);
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const Char c = first_char(text);
    safe += is_unsafe(c.code) ? kReplacement : text.substr(0, c.size);
    text.remove_prefix(c.size);
  }
  return safe;
}

std::string excerpt(std::string_view text, size_t bytes) {
  // printable() never shortens, so a little more than what may stay is enough to look at.
  std::string safe = printable(text.substr(0, bytes + 4));
  if (safe.size() <= bytes) return safe;
  constexpr std::string_view kEllipsis = "…";
  size_t end = bytes < kEllipsis.size() ? 0 : bytes - kEllipsis.size();
  while (end > 0 && (byte_at(safe, end) & 0xC0) == 0x80) --end;
  safe.resize(end);
  if (bytes >= kEllipsis.size()) safe += kEllipsis;
  return safe;
}

std::string file_name_for(std::string_view text) {
  constexpr size_t kLimit = 200;
  constexpr int kHashDigits = 16;
  if (text.empty()) return "%";
  std::string name;
  for (const char c : text) {
    const bool is_kept = is_file_name_byte(c) && !(c == '.' && name.empty());
    name += is_kept ? std::string(1, c) : "%" + hex(static_cast<unsigned char>(c), 2);
  }
  if (name.size() <= kLimit) return name;
  return name.substr(0, kLimit - 1 - kHashDigits) + "~" + hex(hash64(text), kHashDigits);
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  // On a mismatch only the last '*' need take one more character: never worse than pattern × text.
  std::optional<std::string_view> after_star;
  std::string_view star_text;
  while (!text.empty()) {
    const size_t size = first_char(text).size;
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      after_star = pattern;
      star_text = text;
    } else if (const size_t matched = match_one(pattern, text.substr(0, size))) {
      pattern.remove_prefix(matched);
      text.remove_prefix(size);
    } else if (after_star) {
      star_text.remove_prefix(first_char(star_text).size);
      pattern = *after_star;
      text = star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*') == std::string_view::npos;
}

std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates) {
  constexpr size_t kFar = 3;
  std::optional<std::string> nearest;
  size_t fewest = std::min(kFar, word.size());  // changing every letter is no likeness
  for (const std::string& candidate : candidates) {
    const size_t longer = std::max(word.size(), candidate.size());
    if (longer - std::min(word.size(), candidate.size()) >= kFar) continue;
    const size_t edits = edits_between(word, candidate);
    if (edits >= fewest) continue;
    nearest = candidate;
    fewest = edits;
  }
  return nearest;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t from = text.find_first_not_of(kBlanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char left, char right) { return lower(left) == lower(right); });
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != parts.data()) text += separator;
    text += part;
  }
  return text;
}

// One block alone first: in JSON inside of JSON, a quote comes every few bytes.
size_t plain_size(std::string_view text) {
  constexpr size_t kBlock = sizeof(Block), kMany = 4 * kBlock;
  const char* const data = text.data();
  size_t size = 0;
  if (text.size() >= kBlock) {
    size = first_in(special_in(data));
    if (size < kBlock) return size;
  }
  while (text.size() - size >= kMany &&
         !is_any(special_in(data + size) | special_in(data + size + kBlock) |
                 special_in(data + size + 2 * kBlock) | special_in(data + size + 3 * kBlock)))
    size += kMany;
  while (text.size() - size >= kBlock) {
    const auto first = first_in(special_in(data + size));
    size += first;
    if (first < kBlock) return size;
  }
  const auto is_special = [](char c) { return c < ' ' || c == 0x7F || c == '"' || c == '\\'; };
  while (size < text.size() && !is_special(text[size])) ++size;  // beyond ASCII is negative
  return size;
}

uint64_t hash64(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

}  // namespace cb
