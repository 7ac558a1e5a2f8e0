// The words of all titles, and which titles have them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/match.h"
#include "model/name_words.h"

namespace cb::model {

using TermId = uint32_t;

// A word of some title, or several that follow each other there, written as one.
struct Term {
  std::string text;
  std::u32string characters;
  std::string sound;
  std::vector<uint32_t> tasks;  // ascending
  bool is_word = false;         // of a title; else only several joined, or another spelling
  bool is_initials = false;     // nothing but the first letters of several words
  bool is_kind = false;         // a kind word of some title
};

struct TitleWord {
  TermId term = 0;
  TermId spelled = 0;  // the same as term when there is no other spelling
  double weight = 0;
  bool is_small = false;
  bool is_chained = false;
  bool is_kind = false;  // says what kind of thing it is, as in other titles; else which one
};

// Words of a title, from one on, that make a term together.
struct JoinedWords {
  TermId term = 0;
  uint16_t first = 0;
  uint16_t count = 0;
  bool is_initials = false;  // the letters that the words begin with
};

struct Title {
  std::vector<TitleWord> words;
  std::vector<JoinedWords> joined;
  std::vector<std::string> numbers;
  std::vector<std::string> versions;
  std::vector<When> dates;
  size_t lead = 0;  // words before a colon
};

// A task that an exact key is of.
struct KeyOwner {
  uint32_t task = 0;
  bool is_id = false;

  friend auto operator<=>(const KeyOwner&, const KeyOwner&) = default;
};

class TitleIndex {
 public:
  explicit TitleIndex(std::span<const Wanted> tasks);

  size_t size() const { return titles_.size(); }
  const Title& title(size_t task) const { return titles_[task]; }
  const Term& term(TermId id) const { return terms_[id]; }
  size_t term_count() const { return terms_.size(); }
  // nullptr when no title has it.
  const TermId* find(std::string_view text) const;
  // Terms that are words and begin with this character.
  std::span<const TermId> words_with(char32_t first) const;
  // Of the key with this text, as key_text() writes it.
  std::span<const KeyOwner> owners_of(const std::string& key) const;
  size_t longest_key() const { return longest_key_; }  // in runs
  // Tasks with this number in their title.
  std::span<const uint32_t> tasks_with_number(const std::string& number) const;

  // How much a word tells that so many tasks have; at most that of one that a single task has.
  double weight(size_t tasks) const;
  // A word that more than a tenth of the titles have, and at least three: what kind of thing it is,
  // not whose. Mistakes in it cannot lead to somebody else's task.
  bool is_common(const Term& term) const;

 private:
  TermId add_term(std::string_view text, uint32_t task, bool is_initials = false);
  void add_title(const Wanted& wanted, uint32_t task);
  void add_joined(const NameWords& said, Title& title, uint32_t task);
  void add_initials(const NameWords& said, Title& title, uint32_t task);
  void find_kinds(Title& title);
  void add_key(std::string_view text, uint32_t task, bool is_id);
  void weigh();

  std::vector<Title> titles_;
  std::vector<Term> terms_;
  std::unordered_map<std::string, TermId> ids_;
  std::unordered_map<char32_t, std::vector<TermId>> by_first_;
  std::unordered_map<std::string, std::vector<KeyOwner>> keys_;
  size_t longest_key_ = 0;
  std::unordered_map<std::string, std::vector<uint32_t>> numbers_;
};

// The same for keys that are the same: folded, and any separators a blank.
std::string key_text(std::span<const Run> runs);

// The tasks of which a key stands in the name as whole words, each once, in their order. A key that
// is a part of another one in the name does not count; one so short that it mostly means something
// else must be all of the name.
std::vector<KeyOwner> find_keys(const TitleIndex& index, const NameWords& name);

}  // namespace cb::model
