// A name or a title, folded and cut where letters, digits and scripts change.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cb::model {

// Letters or digits in a row. Folded: compatibility forms (full width, ligatures) are resolved,
// case and the marks of Latin, Greek, Cyrillic, Hebrew and Arabic letters are gone, ß is ss, ø is
// o.
struct Run {
  enum class Kind {
    letters,
    digits,    // ASCII, whatever script they came in
    unspaced,  // Han, Thai and others, whose words have no blanks between them
  } kind = Kind::letters;
  std::string text;
  std::string spelled;  // as text, but ä is ae, ø is oe, å is aa; empty when that is the same
  std::string
      gap;  // what stands before it: at most 4 separators, dashes as "-"; other ones are " "
  bool is_split_case = false;  // the border before it is one of upper and lower case

  bool is_joined() const { return gap.empty(); }  // to the run before it
  bool is_digits() const { return kind == Kind::digits; }
};

// At most 256; what follows them is left out. Bytes that are no UTF-8 separate.
std::vector<Run> runs_of(std::string_view text);

// How many characters valid UTF-8 has.
size_t count_characters(std::string_view text);

}  // namespace cb::model
