#include "model/slips.h"

#include <algorithm>
#include <array>
#include <vector>

namespace cb::model {
namespace {

// Longer ones cost more than they tell.
constexpr size_t kLongestWord = 40;

// Of scripts in which a character is a sound, not a syllable or a word.
bool is_letter_code(char32_t code) {
  return (code > 0x7F && code < 0x1100) || (code >= U'a' && code <= U'z');
}

// Shorter words differ too little from other words.
constexpr size_t kLongEnough = 6;

bool is_swap(std::u32string_view a, std::u32string_view b) {
  if (a.size() != b.size()) return false;
  const auto [at, other] = std::mismatch(a.begin(), a.end(), b.begin());
  const size_t i = static_cast<size_t>(at - a.begin());
  return i + 1 < a.size() && a[i] == b[i + 1] && a[i + 1] == b[i] &&
         a.substr(i + 2) == b.substr(i + 2);
}

bool is_vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

// Long enough to judge, and beginning alike.
bool has_same_ends(std::u32string_view a, std::u32string_view b) {
  return std::min(a.size(), b.size()) >= 4 && a[0] == b[0] &&
         std::all_of(a.begin(), a.end(), is_letter_code) &&
         std::all_of(b.begin(), b.end(), is_letter_code);
}

// Where a letter lies on a keyboard; the rows are shifted by half a key.
bool are_neighbours(char32_t a, char32_t b) {
  constexpr std::array<std::u32string_view, 2> kKeyboards = {U"qwertyuiop asdfghjkl  zxcvbnm",
                                                             U"qwertzuiop asdfghjkl  yxcvbnm"};
  return std::any_of(kKeyboards.begin(), kKeyboards.end(), [&](std::u32string_view keys) {
    const size_t at = keys.find(a);
    const size_t other = keys.find(b);
    if (at == std::u32string_view::npos || other == std::u32string_view::npos) return false;
    const size_t apart = std::max(at, other) - std::min(at, other);
    return apart == 1 || apart == 10 || apart == 11;
  });
}

bool is_other_key(std::u32string_view a, std::u32string_view b) {
  const auto [at, other] = std::mismatch(a.begin(), a.end(), b.begin());
  return at != a.end() && are_neighbours(*at, *other) && std::equal(at + 1, a.end(), other + 1);
}

bool is_vowel_code(char32_t code) { return code < 0x80 && is_vowel(static_cast<char>(code)); }

// `longer` has one letter more, within it.
bool is_letter_lost(std::u32string_view shorter, std::u32string_view longer) {
  constexpr size_t kAnyLetter = 9;
  if (longer.size() != shorter.size() + 1) return false;
  const auto at = std::mismatch(shorter.begin(), shorter.end(), longer.begin()).second;
  const size_t i = static_cast<size_t>(at - longer.begin());
  if (i == 0 || i + 1 >= longer.size() || longer.substr(i + 1) != shorter.substr(i)) return false;
  if (longer.size() >= kAnyLetter) return true;
  const bool is_one = is_vowel_code(longer[i]);
  return is_one != is_vowel_code(longer[i - 1]) && is_one != is_vowel_code(longer[i + 1]);
}

// "Nielsen" is "Nilsen", "Maier" is "Majer", "Baer" is "Bar": one vowel, however it is written.
bool is_one_vowel(char first, char second) {
  if (first == second) return is_vowel(first);
  return second == 'e' ? is_vowel(first) : first == 'o' && second == 'u';
}

// What a letter sounds like, roughly; NUL for nothing.
char sound_of_letter(char c, char before, char after) {
  switch (c) {
    case 'h':
      return before == '\0' ? 'h' : '\0';
    case 'c':
      return after == 'h' || after == 'k' ? '\0' : 'k';
    case 't':
      return after == 'z' ? '\0' : 't';
    case 'q':
      return 'k';
    case 'w':
      return 'v';
    case 'z':
      return 's';
    case 'd':
      return 't';
    default:
      return is_vowel(c) ? 'a' : c;
  }
}

}  // namespace

std::u32string characters_u32(std::string_view utf8) {
  std::u32string characters;
  for (size_t at = 0; at < utf8.size();) {
    const auto first = static_cast<unsigned char>(utf8[at]);
    const size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char32_t code = size == 1 ? first : first & (0xFFU >> (size + 1));
    for (size_t i = 1; i < size && at + i < utf8.size(); ++i) {
      code = code << 6 | (static_cast<unsigned char>(utf8[at + i]) & 0x3FU);
    }
    characters += code;
    at += size;
  }
  return characters;
}

std::optional<size_t> slips_between(std::u32string_view a, std::u32string_view b, size_t most) {
  if (a.size() > kLongestWord || b.size() > kLongestWord) return std::nullopt;
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return std::nullopt;
  using Row = std::array<size_t, kLongestWord + 1>;
  Row before_last{};
  Row last{};
  Row row{};
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    size_t least = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > most) return std::nullopt;
    before_last = last;
    last = row;
  }
  if (last[b.size()] > most) return std::nullopt;
  return last[b.size()];
}

bool is_misspelled(std::u32string_view written, std::u32string_view word) {
  if (!has_same_ends(written, word)) return false;
  if (is_swap(written, word)) return true;
  const size_t length = std::max(written.size(), word.size());
  if (length < kLongEnough || written.back() != word.back()) return false;
  return slips_between(written, word, length < 10 ? 1 : 2).has_value();
}

bool is_slip_of(std::u32string_view written, std::u32string_view word) {
  if (!has_same_ends(written, word)) return false;
  if (is_swap(written, word)) return true;
  if (std::max(written.size(), word.size()) < kLongEnough || written.back() != word.back())
    return false;
  if (written.size() == word.size()) return is_other_key(written, word);
  return written.size() > word.size() ? is_letter_lost(word, written)
                                      : is_letter_lost(written, word);
}

bool is_inflected(std::u32string_view a, std::u32string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (a.size() < 4 || a.size() == b.size() || !b.starts_with(a)) return false;
  static constexpr std::array<std::u32string_view, 9> kEndings = {U"s",  U"es",  U"e", U"n", U"en",
                                                                  U"er", U"ene", U"r", U"ne"};
  const auto ending = b.substr(a.size());
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::string sound_of(std::string_view folded) {
  std::string letters(folded);
  std::replace(letters.begin(), letters.end(), 'y', 'i');
  std::replace(letters.begin(), letters.end(), 'j', 'i');
  std::string sound;
  for (size_t at = 0; at < letters.size(); ++at) {
    const char c = letters[at];
    const char before = at > 0 ? letters[at - 1] : '\0';
    const char after = at + 1 < letters.size() ? letters[at + 1] : '\0';
    if (c == before || (is_vowel(c) && is_one_vowel(before, c))) continue;
    if (c == 'p' && after == 'h') {
      sound += 'f';
      continue;
    }
    const char heard = sound_of_letter(c, before, after);
    if (heard == '\0') continue;
    if (heard == 'a' || sound.empty() || sound.back() != heard) sound += heard;
  }
  return sound;
}

}  // namespace cb::model
