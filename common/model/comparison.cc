#include "model/comparison.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cb::model {
namespace {

bool has_text(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Where the letters are a word of some title, that is what they are.
bool is_by_initials(const TitleIndex& index, const NameLookup& name, const JoinedWords& joined) {
  return name.hit(joined.term) != nullptr && index.term(joined.term).is_initials;
}

class Comparing {
 public:
  Comparing(const TitleIndex& index, const NameLookup& name, const Title& title, Comparison& result)
      : index_(index), name_(name), title_(title), result_(result) {}

  void compare() {
    compare_words();
    compare_numbers();
    compare_versions();
    compare_dates();
    conclude();
  }

 private:
  enum class Said : uint8_t { no, nearly, exactly };

  void compare_words() {
    said_.fill(Said::no);
    for (size_t i = 0; i < title_.words.size(); ++i) {
      say(i, title_.words[i].term);
      if (title_.words[i].spelled != title_.words[i].term) say(i, title_.words[i].spelled);
    }
    for (const JoinedWords& joined : title_.joined) {
      if (joined.is_initials && !is_by_initials(index_, name_, joined)) continue;
      if (joined.is_initials) result_.by_initials = true;
      for (size_t i = 0; i < joined.count; ++i) say(joined.first + i, joined.term);
    }
    result_.slipped &= ~result_.exact;
    for (size_t i = 0; i < title_.words.size(); ++i) count_title_word(i);
    count_name_words();
  }

  void say(size_t word, TermId term) {
    const TermHit* hit = name_.hit(term);
    if (hit == nullptr) return;
    said_[word] = std::max(said_[word], hit->is_exact ? Said::exactly : Said::nearly);
    (hit->is_exact ? result_.exact : result_.slipped) |= hit->words;
  }

  // Two characters between two words that are both said: the words may stand apart in the name.
  bool is_seam(size_t i) const {
    return title_.words[i].is_chained && i + 1 < title_.words.size() &&
           title_.words[i + 1].is_chained && said_[i - 1] != Said::no && said_[i + 1] != Said::no;
  }

  void count_title_word(size_t i) {
    const TitleWord& word = title_.words[i];
    if (said_[i] == Said::no && is_seam(i)) return;
    title_weight_ += word.weight;
    if (!word.is_small) ++result_.words;
    if (said_[i] == Said::no) {
      lacks_letter_ = lacks_letter_ || index_.term(word.term).text.size() == 1;
      result_.title_has_more = result_.title_has_more || !word.is_small;
      const bool is_shared = !word.is_small && index_.term(word.term).tasks.size() > 1;
      result_.lacks_shared = result_.lacks_shared || is_shared;
      return;
    }
    result_.said_weight += word.weight * (said_[i] == Said::exactly ? 1 : kNearly);
    if (word.is_small) return;
    ++result_.said_words;
    if (said_[i] == Said::exactly) {
      ++result_.exact_words;
      result_.exact_weight += word.weight;
    }
  }

  bool is_name_seam(size_t i, const WordBits& said) const {
    const auto& words = name_.said.words;
    return words[i].is_chained && i + 1 < name_.weights.size() && words[i + 1].is_chained &&
           said[i - 1] && said[i + 1];
  }

  void count_name_words() {
    const WordBits said = result_.exact | result_.slipped;
    for (size_t i = 0; i < name_.weights.size(); ++i) {
      const double weight = name_.weights[i];
      if (said[i]) {
        name_weight_ += weight;
        const double said_weight = weight * (result_.exact[i] ? 1 : kNearly);
        result_.words_weight += said_weight;
        if (name_.content[i]) result_.content_weight += said_weight;
      } else if (!name_.said.words[i].is_marker && !is_name_seam(i, said)) {
        name_weight_ += weight;
        has_letter_ = has_letter_ || name_.said.words[i].text.size() == 1;
        result_.name_has_more = result_.name_has_more || name_.content[i];
        result_.name_has_others = result_.name_has_others || (name_.content[i] && name_.known[i]);
      }
    }
  }

  // A number of the title, if the name says another one instead, rules it out.
  void compare_numbers() {
    const auto& said = name_.said.numbers;
    const auto is_wanted = [&](const std::string& number) {
      return has_text(title_.numbers, number);
    };
    for (const std::string& number : said) result_.facts.push_back(is_wanted(number) ? 3 : 0);
    const bool has_other = !std::all_of(said.begin(), said.end(), is_wanted);
    for (const std::string& number : title_.numbers) {
      if (has_text(said, number) || has_dated_number(number)) {
        count_fact(1);
      } else if (has_other) {
        result_.is_contradicted = true;
      } else if (has_text(name_.said.copies, number)) {
        count_fact(1);
      } else {
        count_fact(0);
        result_.title_has_more = true;
      }
    }
  }
  bool has_dated_number(const std::string& number) const {
    const auto& dates = name_.said.dates;
    return std::any_of(dates.begin(), dates.end(),
                       [&](const When& when) { return has_text(when.digits, number); });
  }

  void compare_versions() {
    const auto& said = name_.said.versions;
    for (const std::string& version : said) {
      result_.facts.push_back(has_text(title_.versions, version) ? 3 : 1);
    }
    for (const std::string& version : title_.versions) {
      const bool is_there = has_text(said, version) || has_text(name_.said.copies, version);
      if (!is_there && !said.empty()) result_.is_contradicted = true;
      count_fact(is_there ? 1 : 0);
    }
  }

  // What the name says of a date of the title. Where it names a period, a day is one of writing, of
  // export.
  Fit fit_of_name(const When& wanted) const {
    const auto& dates = name_.said.dates;
    Fit best = Fit::conflict;
    for (const When& said : dates) best = std::max(best, fit(wanted, said));
    if (best != Fit::within) return best;
    const bool has_period =
        std::any_of(dates.begin(), dates.end(), [](const When& when) { return !when.is_day(); });
    if (!has_period) return best;
    best = Fit::conflict;
    for (const When& said : dates) {
      if (!said.is_day()) best = std::max(best, fit(wanted, said));
    }
    return best;
  }

  void compare_dates() {
    const auto& dates = name_.said.dates;
    bool has_other = false;
    for (const When& said : dates) {
      Fit best = Fit::conflict;
      for (const When& wanted : title_.dates) best = std::max(best, fit(wanted, said));
      result_.facts.push_back(static_cast<uint8_t>(best));
      has_other = has_other || best == Fit::conflict;
    }
    for (const When& wanted : title_.dates) {
      const Fit best = dates.empty() ? Fit::conflict : fit_of_name(wanted);
      if (best == Fit::conflict && has_other) result_.is_contradicted = true;
      count_fact(best == Fit::same ? 1 : best == Fit::within ? 0.8 : best == Fit::vague ? 0.5 : 0);
    }
  }

  // A number or a date weighs as much as a word that a tenth of the tasks have; one that the name
  // does not say at all is missed half as much: names leave them out more often than words.
  void count_fact(double share) {
    const double weight = index_.weight(std::max(index_.size() / 10, size_t{1}));
    title_weight_ += share == 0 ? weight / 2 : weight;
    result_.said_weight += share * weight;
    if (share > 0) result_.exact_weight += share * weight;
    if (share < 1) lacks_fact_ = true;
    if (share == 0) lacks_whole_fact_ = true;
    if (share > 0) result_.has_fact = true;
    if (share == 0) result_.lacks_fact = true;
    if (share > 0) name_weight_ += weight, facts_weight_ += weight;
  }

  void conclude() {
    result_.title_share = title_weight_ > 0 ? result_.said_weight / title_weight_ : 0;
    result_.name_share =
        name_weight_ > 0 ? (result_.words_weight + facts_weight_) / name_weight_ : 0;
    // Team A is not Team B, though "a" is a small word.
    if (lacks_letter_ && has_letter_) result_.is_contradicted = true;
    // "No. 12" and "KW 47": each says when or which, and not the same.
    const auto is_other = [](uint8_t fact) { return fact == 0; };
    if (lacks_whole_fact_ && std::any_of(result_.facts.begin(), result_.facts.end(), is_other)) {
      result_.is_contradicted = true;
    }
    result_.is_whole = !result_.title_has_more && !lacks_fact_;
  }

  static constexpr double kNearly = 0.9;

  const TitleIndex& index_;
  const NameLookup& name_;
  const Title& title_;
  Comparison& result_;
  std::array<Said, kMostWords> said_;  // of the title's words
  double title_weight_ = 0;
  double name_weight_ = 0;
  double facts_weight_ = 0;
  bool lacks_fact_ = false;
  bool lacks_whole_fact_ = false;
  bool lacks_letter_ = false;  // the name a letter that stands alone in the title …
  bool has_letter_ = false;    // … and has another one
};

}  // namespace

bool is_said(const TitleIndex& index, const NameLookup& name, const Title& title, size_t word) {
  const TitleWord& each = title.words[word];
  if (name.hit(each.term) != nullptr || name.hit(each.spelled) != nullptr) return true;
  return std::any_of(title.joined.begin(), title.joined.end(), [&](const JoinedWords& joined) {
    return joined.first <= word && word < static_cast<size_t>(joined.first) + joined.count &&
           name.hit(joined.term) != nullptr &&
           (!joined.is_initials || is_by_initials(index, name, joined));
  });
}

double Comparison::score() const {
  const double sum = title_share + name_share;
  const double score = sum > 0 ? 2 * title_share * name_share / sum : 0;
  return is_contradicted ? score / 2 : score;
}

void compare(const TitleIndex& index, const NameLookup& name, size_t task, Comparison& result) {
  std::vector<uint8_t> facts = std::move(result.facts);
  facts.clear();
  result = {};
  result.facts = std::move(facts);
  Comparing(index, name, index.title(task), result).compare();
}

}  // namespace cb::model
