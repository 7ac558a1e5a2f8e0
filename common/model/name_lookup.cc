#include <algorithm>

#include "model/comparison.h"
#include "model/slips.h"

namespace cb::model {
namespace {

constexpr size_t kMostJoinedInName = 3;

class LookingUp {
 public:
  LookingUp(const TitleIndex& index, NameLookup& name) : index_(index), name_(name) {}

  void look_up() {
    const auto& words = name_.said.words;
    const size_t count = std::min(words.size(), kMostWords);
    for (size_t i = 0; i < count; ++i) look_up_word(i);
    for (size_t i = 0; i + 1 < count; ++i) look_up_joined(i, count);
    for (size_t i = 0; i < count; ++i) {
      if (!name_.known[i]) look_up_slip(i);
      if (!words[i].is_small && !words[i].is_marker) name_.content.set(i);
      if (!words[i].is_small) name_.telling.set(i);
      if (words[i].is_small) name_.weights[i] *= kSmallPart;
    }
  }

 private:
  static constexpr double kSmallPart = 0.1;

  void add(TermId term, const WordBits& words, bool is_exact) {
    if (name_.hit_of_term[term] < 0) {
      name_.hit_of_term[term] = static_cast<int32_t>(name_.hits.size());
      name_.hits.push_back({.term = term, .words = {}, .is_exact = is_exact});
    }
    TermHit& hit = name_.hits[static_cast<size_t>(name_.hit_of_term[term])];
    if (is_exact && !hit.is_exact) hit = {.term = term, .words = {}, .is_exact = true};
    if (hit.is_exact == is_exact) hit.words |= words;
  }

  void add_text(const std::string& text, const WordBits& words) {
    const TermId* term = text.empty() ? nullptr : index_.find(text);
    if (term == nullptr) return;
    add(*term, words, true);
    if (!index_.term(*term).is_initials) name_.known |= words;
  }

  void look_up_word(size_t i) {
    const NameWord& word = name_.said.words[i];
    WordBits self;
    self.set(i);
    add_text(word.text, self);
    add_text(word.spelled, self);
    const TermId* term = index_.find(word.text);
    if (term == nullptr && !word.spelled.empty()) term = index_.find(word.spelled);
    name_.weights[i] = index_.weight(term == nullptr ? 1 : index_.term(*term).tasks.size());
  }

  void look_up_joined(size_t first, size_t count) {
    const auto& words = name_.said.words;
    std::string text = words[first].text;
    WordBits all;
    all.set(first);
    for (size_t next = first + 1; next < std::min(first + kMostJoinedInName, count); ++next) {
      if (words[next].position != words[next - 1].position + 1 || words[next].is_chained) return;
      text += words[next].text;
      all.set(next);
      const TermId* term = index_.find(text);
      if (term != nullptr && index_.term(*term).is_word) add_text(text, all);
    }
  }

  // A word that no title has may be one of theirs with a slip; one that some title has is what it
  // is.
  void look_up_slip(size_t i) {
    const NameWord& word = name_.said.words[i];
    if (word.is_small || word.is_marker) return;
    const std::u32string written = characters_u32(word.text);
    const std::string sound = sound_of(word.text);
    WordBits self;
    self.set(i);
    double weight = 0;
    for (const TermId id : index_.words_with(written.front())) {
      const Term& term = index_.term(id);
      if (!may_stand_for(written, sound, term)) continue;
      add(id, self, false);
      weight = std::max(weight, index_.weight(term.tasks.size()));
    }
    if (weight > 0) name_.weights[i] = weight;
  }

  bool may_stand_for(std::u32string_view written, const std::string& sound,
                     const Term& term) const {
    if (is_small_word(term.text)) return false;
    const bool is_other_form = is_inflected(written, term.characters);
    if (index_.is_common(term)) return is_other_form || is_misspelled(written, term.characters);
    if (is_other_form) return std::min(written.size(), term.characters.size()) >= kLongStem;
    return term.sound != sound && is_slip_of(written, term.characters);
  }
  // A rare word may be a name, and Peters is not Peter; names of eight letters and more seldom
  // differ so.
  static constexpr size_t kLongStem = 8;

  const TitleIndex& index_;
  NameLookup& name_;
};

}  // namespace

NameLookup::NameLookup(const TitleIndex& index, std::string_view file_name)
    : said(words_of_file(
          file_name,
          [&](std::string_view word) { return index.find(std::string(word)) != nullptr; })),
      hit_of_term(index.term_count(), -1),
      weights(std::min(said.words.size(), kMostWords)) {
  LookingUp(index, *this).look_up();
}

}  // namespace cb::model
