// Is a word another one, written by a hand that slipped?
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cb::model {

std::u32string characters_u32(std::string_view utf8);

// How many slips (a character too much, too few, another one, two of them swapped:
// Damerau-Levenshtein in its restricted form) lie between two words; nullopt when more than `most`.
std::optional<size_t> slips_between(std::u32string_view a, std::u32string_view b, size_t most);

// Whether `written` may be `word` with mistakes: one from six letters on, two from ten on, or two
// letters swapped from four on. Only letters of alphabets; both begin with the same one, as first
// letters are seldom wrong, and end with the same one unless it was swapped: Berger is not Bergen.
bool is_misspelled(std::u32string_view written, std::u32string_view word);

// Whether it is `word` with one slip of a finger, as other words seldom differ. Two letters
// swapped, the key beside the right one, a vowel lost or added between consonants or a consonant
// between vowels; any other letter only from nine on: Thomson is not Thompson, and Walker not
// Walter.
bool is_slip_of(std::u32string_view written, std::u32string_view word);

// One is the plural or another case of the other: "report", "reports"; "Rechnung", "Rechnungen".
bool is_inflected(std::u32string_view a, std::u32string_view b);

// The same for words that sound alike, as names of different people do: Jansen, Janssen; Lindberg,
// Lundberg; Fischer, Fisher.
std::string sound_of(std::string_view folded);

}  // namespace cb::model
