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

// Whether `written` is most likely `word` with a slip. Only letters; both begin with the same one,
// as first letters are seldom wrong. Four or five letters: two of them swapped; from six on one
// slip; from ten on two. The last letter is the same, too, unless it was swapped: Berger is not
// Bergen.
bool is_slip_of(std::u32string_view written, std::u32string_view word);

// One is the plural or another case of the other: "report", "reports"; "Rechnung", "Rechnungen".
bool is_inflected(std::u32string_view a, std::u32string_view b);

// The same for words that sound alike, as names of different people do: Jansen, Janssen; Lindberg,
// Lundberg; Fischer, Fisher.
std::string sound_of(std::string_view folded);

}  // namespace cb::model
