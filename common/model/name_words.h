// What a title or the name of a file says: words, numbers, dates and versions.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/dates.h"
#include "model/runs.h"

namespace cb::model {

constexpr size_t kMostWords = 256;  // of a title or a name; more are left out

struct NameWord {
  std::string text;         // folded; two characters of Han and other scripts without blanks
  std::string spelled;      // see Run
  size_t position = 0;      // neighbours have neighbouring ones
  bool is_small = false;    // "the", "für", "GmbH": counts for little
  bool is_marker = false;   // "final", "Kopie": says something of a file, not of what is in it
  bool is_chained = false;  // shares a character with the word before it
};

struct NameWords {
  std::vector<NameWord> words;        // each once
  std::vector<std::string> numbers;   // without leading zeros; "1.5" is one
  std::vector<std::string> versions;  // v2, v1.3
  std::vector<std::string> copies;    // the 2 of "(2)", "copy 2" and "draft 2"
  std::vector<When> dates;
  std::vector<Run> runs;
  std::vector<bool> is_dated;  // of each run: a part of a date, version or copy marker
};

NameWords words_of_title(std::string_view title);

// Without the extension. A short ending that is no known one is taken for an extension, too, unless
// is_word says that it is a word.
NameWords words_of_file(std::string_view name,
                        const std::function<bool(std::string_view)>& is_word);

// In the name of a file: with nothing in common but this, nothing is known of it.
bool is_marker_word(std::string_view folded);
bool is_small_word(std::string_view folded);
// "xlsx": in lower case.
bool is_known_extension(std::string_view extension);

}  // namespace cb::model
