#include "model/letters.h"

#include <utf8proc.h>

#include <array>

namespace cb::model {
namespace {

using Code = utf8proc_int32_t;

bool is_between(Code code, Code first, Code last) { return code >= first && code <= last; }

bool is_unspaced(Code code) {
  return is_between(code, 0x2E80, 0x2FDF) || is_between(code, 0x3005, 0x3007) ||
         is_between(code, 0x3400, 0x9FFF) || is_between(code, 0xF900, 0xFAFF) ||
         is_between(code, 0x20000, 0x3FFFF) || is_between(code, 0x0E01, 0x0EDF) ||
         is_between(code, 0x1000, 0x109F) || is_between(code, 0x1780, 0x17D3);
}

Script letter_script(Code code) {
  if (is_unspaced(code)) return Script::unspaced;
  if (is_between(code, 0x30A1, 0x30FF)) return Script::katakana;
  if (is_between(code, 0x3041, 0x309F)) return Script::hiragana;
  if (is_between(code, 0xAC00, 0xD7A3)) return Script::hangul;
  return utf8proc_category(code) == UTF8PROC_CATEGORY_LU ? Script::upper : Script::lower;
}

// What Unicode's own folding leaves as it is.
std::string_view plain_letters(Code code) {
  switch (code) {
    case U'æ':
      return "ae";
    case U'œ':
      return "oe";
    case U'ø':
      return "o";
    case U'đ':
      return "d";
    case U'ð':
      return "d";
    case U'ħ':
      return "h";
    case U'ı':
      return "i";
    case U'ł':
      return "l";
    case U'þ':
      return "th";
    default:
      return {};
  }
}

void append(std::string& text, Code code) {
  std::array<utf8proc_uint8_t, 4> bytes;
  const auto size = utf8proc_encode_char(code, bytes.data());
  text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(size));
}

}  // namespace

bool is_optional_mark(Code code) {
  return is_between(code, 0x300, 0x36F) || is_between(code, 0x483, 0x487) ||
         is_between(code, 0x591, 0x5C7) || is_between(code, 0x64B, 0x65F) || code == 0x670 ||
         is_between(code, 0x1AB0, 0x1AFF) || is_between(code, 0x1DC0, 0x1DFF) ||
         is_between(code, 0x20D0, 0x20FF) || is_between(code, 0xFE20, 0xFE2F);
}

Script script_of(Code code) {
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return letter_script(code);
    case UTF8PROC_CATEGORY_ND:
      return Script::digit;
    case UTF8PROC_CATEGORY_NL:
      return letter_script(code);
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
      return Script::mark;
    default:
      return Script::separator;
  }
}

std::string_view spelled_letters(Code code) {
  switch (code) {
    case U'ä':
    case U'Ä':
      return "ae";
    case U'ö':
    case U'Ö':
    case U'ø':
    case U'Ø':
      return "oe";
    case U'ü':
    case U'Ü':
      return "ue";
    case U'å':
    case U'Å':
      return "aa";
    default:
      return {};
  }
}

char separator_of(Code code) {
  if (code < 0x80) return code > ' ' ? static_cast<char>(code) : ' ';
  if (is_between(code, 0x2010, 0x2015) || code == 0x2212) return '-';
  if (code == 0x2019 || code == 0x2BC) return '\'';
  if (code == 0x2044 || code == 0x2215) return '/';
  return ' ';
}

std::string fold_letter(Code code) {
  std::array<Code, 32> parts;
  int boundary = 0;
  // Only where a letter and its mark are one character does taking it apart change anything.
  const bool has_marks = code < 0x3000 || is_between(code, 0xFB00, 0xFFFF);
  const auto options = static_cast<utf8proc_option_t>(
      UTF8PROC_CASEFOLD | (has_marks ? UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT : 0));
  const auto count = utf8proc_decompose_char(code, parts.data(), parts.size(), options, &boundary);
  std::string folded;
  for (utf8proc_ssize_t i = 0; i < count && i < static_cast<utf8proc_ssize_t>(parts.size()); ++i) {
    const Code part = parts[static_cast<size_t>(i)];
    if (is_optional_mark(part)) continue;
    const std::string_view plain = plain_letters(part);
    plain.empty() ? append(folded, part) : void(folded += plain);
  }
  return folded;
}

}  // namespace cb::model
