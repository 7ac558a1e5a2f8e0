#include "model/own_words.h"

#include <algorithm>
#include <array>

#include "model/kind_words.h"

namespace cb::model {
namespace {

// So few own words must all be said; of more of them this share of their weight.
constexpr size_t kFew = 3;
constexpr double kShareOfMany = 0.7;
// With so many own words a name may even have a word that some other title has.
constexpr size_t kMany = 3;
// A title that one word tells: a long one, among many tasks.
constexpr size_t kLongWord = 6;
constexpr size_t kLargeSet = 20;
// With two own words and no date: more words than that are another story.
constexpr size_t kMostExtra = 4;
// Numbers so long are of a program that named the file.
constexpr size_t kLongNumber = 5;

class OwnWords {
 public:
  OwnWords(const TitleIndex& index, const NameLookup& name, const Title& title,
           const Comparison& comparison)
      : index_(index), name_(name), title_(title), comparison_(comparison) {}

  bool are_said() {
    if (comparison_.is_contradicted || comparison_.lacks_fact) return false;
    if (comparison_.exact_weight * 2 < comparison_.said_weight) return false;
    count_title_words();
    if (said_ == 0 || lacks_place_ || !is_enough()) return false;
    if (!count_extra_words()) return false;
    return !is_replaced() && is_strong();
  }

 private:
  void count_title_words() {
    is_said_.fill(false);
    for (size_t i = 0; i < title_.words.size(); ++i) {
      const TitleWord& word = title_.words[i];
      is_said_[i] = is_said(index_, name_, title_, i);
      const std::string& text = index_.term(word.term).text;
      lacks_document_ = lacks_document_ || (!is_said_[i] && is_kind_missing(text));
      if (word.is_small) continue;
      if (!is_said_[i] && is_place_word(text)) lacks_place_ = true;
      if (word.is_kind) continue;
      ++own_;
      own_weight_ += word.weight;
      if (!is_said_[i]) continue;
      ++said_;
      said_weight_ += word.weight;
      longest_ = std::max(longest_, index_.term(word.term).characters.size());
      mark(word.term), mark(word.spelled);
    }
    for (const JoinedWords& joined : title_.joined) mark_joined(joined);
  }
  // Neither the word nor another one for the same kind of document is in the name.
  bool is_kind_missing(const std::string& text) const {
    const auto kind = document_kind(text);
    const auto& words = name_.said.words;
    return kind && std::none_of(words.begin(), words.end(), [&](const NameWord& word) {
             return document_kind(word.text) == kind;
           });
  }
  void mark(TermId term) {
    if (const TermHit* hit = name_.hit(term); hit != nullptr) by_own_ |= hit->words;
  }
  void mark_joined(const JoinedWords& joined) {
    for (size_t i = 0; i < joined.count; ++i) {
      const TitleWord& word = title_.words[joined.first + i];
      if (!word.is_small && !word.is_kind) return mark(joined.term);
    }
  }

  bool is_enough() const {
    return own_ <= kFew ? said_ == own_ : said_weight_ >= kShareOfMany * own_weight_;
  }

  // False when one of them speaks of another thing.
  bool count_extra_words() {
    const WordBits said = comparison_.exact | comparison_.slipped;
    for (size_t i = 0; i < name_.weights.size(); ++i) {
      const NameWord& word = name_.said.words[i];
      if (said[i] || !name_.content[i]) continue;
      if (is_place_word(word.text) || !fits_kind(word.text)) return false;
      if (is_neutral_word(word.text) || is_kind_of_title(word.text)) continue;
      const TermId* term = index_.find(word.text);
      if (name_.known[i] && term != nullptr && index_.term(*term).is_kind) return false;
      extra_.set(i);
      known_ += name_.known[i];
    }
    return true;
  }
  // A contract is no invoice. "report" is said of anything, but not of something that is called
  // otherwise.
  bool fits_kind(const std::string& word) const {
    if (!document_kind(word) || is_kind_of_title(word)) return true;
    return is_neutral_word(word) && !lacks_document_;
  }
  bool is_kind_of_title(const std::string& word) const {
    const auto kind = document_kind(word);
    return kind &&
           std::any_of(title_.words.begin(), title_.words.end(), [&](const TitleWord& each) {
             return document_kind(index_.term(each.term).text) == kind;
           });
  }

  // Where the title has "monthly report" and the name "annual report", one stands for the other.
  bool is_replaced() const {
    size_t before = title_.words.size();
    for (size_t i = 0; i < title_.words.size(); ++i) {
      if (title_.words[i].is_small) continue;
      // What stands before a colon is no neighbour of what is behind it.
      const bool are_beside = before < i && (before < title_.lead) == (i < title_.lead);
      if (are_beside && is_said_[before] != is_said_[i] && !is_action(is_said_[i] ? before : i)) {
        if (is_said_[i] ? is_extra_beside(i, false) : is_extra_beside(before, true)) return true;
      }
      before = i;
    }
    return false;
  }
  bool is_action(size_t i) const {
    const bool is_at_end = i == 0 || i + 1 == title_.words.size();
    return is_at_end && is_action_word(index_.term(title_.words[i].term).text);
  }
  // Whether a word that the title has not stands before or behind the word of the title.
  bool is_extra_beside(size_t word, bool is_behind) const {
    const TermHit* hit = name_.hit(title_.words[word].term);
    if (hit == nullptr) hit = name_.hit(title_.words[word].spelled);
    return hit != nullptr && has_extra_beside(hit->words, is_behind);
  }
  bool has_extra_beside(const WordBits& words, bool is_behind) const {
    for (size_t i = 0; i < name_.weights.size(); ++i) {
      if (!words[i]) continue;
      const size_t step = is_behind ? 1 : static_cast<size_t>(-1);
      size_t other = i + step;
      while (other < name_.weights.size() && name_.said.words[other].is_small) other += step;
      if (other < name_.weights.size() && extra_[other] && is_near(i, other)) return true;
    }
    return false;
  }
  // With no number or date between them; a few small words may be.
  bool is_near(size_t a, size_t b) const {
    const auto& words = name_.said.words;
    const size_t apart = words[std::max(a, b)].position - words[std::min(a, b)].position;
    return apart == std::max(a, b) - std::min(a, b);
  }

  bool is_strong() const {
    if (known_ > 0 && (said_ < kMany || said_ < own_)) return false;
    if (said_ > 2) return true;
    const bool has_other_fact = has_other_number() || has_other_period();
    if (said_ == 2) {
      if (comparison_.has_fact) return true;
      return !has_other_number() && extra_.count() <= kMostExtra;
    }
    if (comparison_.has_fact)
      return !has_extra_beside(by_own_, true) && !has_extra_beside(by_own_, false);
    return extra_.none() && !has_other_fact && longest_ >= kLongWord && !comparison_.by_initials &&
           index_.size() >= kLargeSet;
  }
  bool has_other_number() const {
    const auto& numbers = name_.said.numbers;
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (comparison_.facts[i] == 0 && numbers[i].size() < kLongNumber) return true;
    }
    return false;
  }
  bool has_other_period() const {
    const auto& dates = name_.said.dates;
    const size_t first = comparison_.facts.size() - dates.size();
    for (size_t i = 0; i < dates.size(); ++i) {
      if (comparison_.facts[first + i] == 0 && !dates[i].is_day()) return true;
    }
    return false;
  }

  const TitleIndex& index_;
  const NameLookup& name_;
  const Title& title_;
  const Comparison& comparison_;
  std::array<bool, kMostWords> is_said_;
  size_t own_ = 0;   // words of the title …
  size_t said_ = 0;  // … that the name says
  double own_weight_ = 0;
  double said_weight_ = 0;
  size_t longest_ = 0;  // of those said, in characters
  bool lacks_place_ = false;
  bool lacks_document_ = false;  // the title names a kind of document, the name does not
  WordBits by_own_;              // words of the name that say own words
  WordBits extra_;               // words of the name that nothing explains
  size_t known_ = 0;             // those of them that other titles have
};

}  // namespace

bool has_own_words(const TitleIndex& index, const NameLookup& name, size_t task,
                   const Comparison& comparison) {
  return OwnWords(index, name, index.title(task), comparison).are_said();
}

}  // namespace cb::model
