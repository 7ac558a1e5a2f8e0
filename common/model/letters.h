// Characters: what kind they are, and what is left of them when case and marks are taken away.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cb::model {

enum class Script { separator, mark, upper, lower, digit, katakana, hiragana, hangul, unspaced };

Script script_of(int32_t code);
// A mark that a writer may leave out. Those of kana and Indic scripts make other letters, and stay.
bool is_optional_mark(int32_t code);
// Without case and optional marks; ß is ss, ø is o.
std::string fold_letter(int32_t code);
// "ae" for ä and the like; empty for others.
std::string_view spelled_letters(int32_t code);
// The ASCII character that stands for a separator; ' ' for most.
char separator_of(int32_t code);

}  // namespace cb::model
