// How well one title fits one name.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/title_index.h"

namespace cb::model {

using WordBits = std::bitset<kMostWords>;  // of the words of a name

// A term that words of the name stand for.
struct TermHit {
  TermId term = 0;
  WordBits words;         // of the name
  bool is_exact = false;  // else with a slip, or inflected
};

// The words of a name, looked up among those of all titles: once for all comparisons.
struct NameLookup {
  NameLookup(const TitleIndex& index, std::string_view file_name);

  NameWords said;
  std::vector<TermHit> hits;
  std::vector<int32_t> hit_of_term;  // -1: none
  std::vector<double> weights;       // of the words
  WordBits known;                    // words that some title has
  WordBits content;                  // words that are neither small nor markers
  WordBits telling;                  // words that are not small

  const TermHit* hit(TermId term) const {
    return hit_of_term[term] < 0 ? nullptr : &hits[static_cast<size_t>(hit_of_term[term])];
  }
};

struct Comparison {
  double title_share = 0;     // of the title's weight that the name says
  double name_share = 0;      // of the name's weight that the title says
  double words_weight = 0;    // of the words of the name that the title says
  double content_weight = 0;  // the same without small words and markers
  WordBits exact;             // words of the name that the title says
  WordBits slipped;           // the same, but not exactly
  std::vector<uint8_t>
      facts;         // of the name's numbers, versions, then dates: how well the title says each
  size_t words = 0;  // content words of the title
  size_t exact_words = 0;  // those of them that the name says exactly
  size_t said_words = 0;
  double said_weight = 0;  // of the title
  double exact_weight = 0;
  bool is_contradicted = false;
  bool has_fact = false;         // of the title, and the name says it
  bool lacks_fact = false;       // of the title, that the name does not say at all
  bool by_initials = false;      // some words are said by nothing but their first letters
  bool is_whole = false;         // nothing of the title is missing in the name
  bool title_has_more = false;   // a content word or number that the name does not say
  bool lacks_shared = false;     // such a word that other titles have, too: it may set tasks apart
  bool name_has_more = false;    // a content word that the title does not say
  bool name_has_others = false;  // one of those is a word of other titles

  double score() const;
};

// Whether the name says a word of the title, perhaps with a slip, or with others as one.
bool is_said(const TitleIndex& index, const NameLookup& name, const Title& title, size_t word);

void compare(const TitleIndex& index, const NameLookup& name, size_t task, Comparison& result);

// "3 of 4 words; not in the name: oslo".
std::string explain(const TitleIndex& index, const NameLookup& name, size_t task,
                    const Comparison& result);

}  // namespace cb::model
