#include "model/name_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_set>

namespace cb::model {
namespace {

bool is_version_word(std::string_view word) {
  return word == "v" || word == "ver" || word == "vers" || word == "version" || word == "versjon" ||
         word == "rev" || word == "revision" || word == "fassung";
}

bool is_ordinal_ending(std::string_view word) {
  return word == "st" || word == "nd" || word == "rd" || word == "th" || word == "er" ||
         word == "eme" || word == "ere" || word == "e" || word == "\u53f7";
}

// The characters of UTF-8, as views.
std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> characters;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    characters.push_back(text.substr(at, end - at));
    at = end;
  }
  return characters;
}

enum class Of { title, file };

class WordReader {
 public:
  WordReader(std::vector<Run> runs, Of of) : runs_(std::move(runs)), of_(of) {}

  NameWords read() {
    said_.is_dated.resize(runs_.size());
    while (at_ < runs_.size()) at_ += take();
    share_year(said_.dates);
    said_.runs = std::move(runs_);
    return std::move(said_);
  }

 private:
  const Run* run(size_t ahead) const {
    return at_ + ahead < runs_.size() ? &runs_[at_ + ahead] : nullptr;
  }
  bool is_digits(size_t ahead) const { return run(ahead) != nullptr && run(ahead)->is_digits(); }
  bool is_joined(size_t ahead) const { return run(ahead) != nullptr && run(ahead)->is_joined(); }

  size_t mark_dated(size_t size) {
    for (size_t i = 0; i < size; ++i) said_.is_dated[at_ + i] = true;
    return size;
  }

  // How many runs it took.
  size_t take() {
    if (auto date = date_at(runs_, at_)) {
      ++position_;
      said_.dates.push_back(std::move(date->when));
      return mark_dated(date->size);
    }
    if (const size_t size = take_version(); size > 0) return mark_dated(size);
    if (is_digits(0)) return take_number();
    if (run(0)->kind == Run::Kind::unspaced) return take_unspaced();
    if (const size_t size = take_code(); size > 0) return size;
    add_word(run(0)->text, run(0)->spelled, is_elided());
    return 1;
  }

  // v2, version 1.3; in a file also "draft 2" and "(2)" at its end.
  size_t take_version() {
    if (of_ == Of::file && is_digits(0) && is_copy_number()) {
      said_.copies.push_back(number_at(0).first);
      return 1;
    }
    if (is_digits(0) || !is_digits(1) || run(1)->gap.size() > 2) return 0;
    if (is_version_word(run(0)->text)) {
      auto [version, size] = number_at(1);
      said_.versions.push_back(std::move(version));
      return 1 + size;
    }
    const bool is_copy = of_ == Of::file && is_marker_word(run(0)->text) && run(1)->text.size() < 3;
    if (!is_copy || date_at(runs_, at_ + 1)) return 0;
    said_.copies.push_back(number_at(1).first);
    return 2;
  }
  // The 2 of "report (2)". A browser seldom gets as far as 10: that is a number of the matter.
  bool is_copy_number() const {
    return run(1) == nullptr && run(0)->text.size() == 1 && run(0)->gap.ends_with('(');
  }

  // With what belongs to it after a point or comma, and how many runs that is.
  std::pair<std::string, size_t> number_at(size_t ahead) const {
    std::string number = without_leading_zeros(run(ahead)->text);
    size_t size = 1;
    while (is_digits(ahead + size) &&
           (run(ahead + size)->gap == "." || run(ahead + size)->gap == ",") &&
           !date_at(runs_, at_ + ahead + size)) {
      number += "." + run(ahead + size)->text;
      ++size;
    }
    return {std::move(number), size};
  }

  // 12, 1.5, 2nd, 第3号; or a code that begins with digits: 3D.
  size_t take_number() {
    if (is_joined(1) && !is_digits(1) && !is_ordinal_ending(run(1)->text)) {
      if (const size_t size = take_code(); size > 0) return size;
    }
    auto [number, size] = number_at(0);
    ++position_;  // neighbours have nothing between them
    add_number(std::move(number));
    const bool has_ending =
        is_joined(size) && !is_digits(size) && is_ordinal_ending(run(size)->text);
    return size + (has_ending ? 1 : 0);
  }
  void add_number(std::string number) {
    if (std::find(said_.numbers.begin(), said_.numbers.end(), number) == said_.numbers.end()) {
      said_.numbers.push_back(std::move(number));
    }
  }

  // Digits and at most two letters that stand together mean something together: B2B, GA4, 3D, A4.
  size_t take_code() {
    std::string code;
    size_t size = 0;
    bool has_digits = false;
    bool has_letters = false;
    while (run(size) != nullptr && (size == 0 || (is_joined(size) && !run(size)->is_split_case))) {
      const Run& each = *run(size);
      if (!each.is_digits() && (each.kind != Run::Kind::letters || each.text.size() > 2)) break;
      if (size > 0 && each.is_digits() && date_at(runs_, at_ + size)) break;
      (each.is_digits() ? has_digits : has_letters) = true;
      code += each.text;
      ++size;
    }
    if (!has_digits || !has_letters) return 0;
    if (size == 2 && (run(0)->text == "no" || run(0)->text == "nr") && is_digits(1)) return 0;
    add_word(code, "");
    return size;
  }

  // The s of "Kari's", the l of "l'avis".
  bool is_elided() const {
    const Run& each = *run(0);
    if (each.text.size() > 1) return false;
    return each.gap == "'" || (run(1) != nullptr && run(1)->gap == "'");
  }

  // Words that nothing separates. The form of a company stands by itself.
  size_t take_unspaced() {
    static constexpr std::array<std::string_view, 4> kForms = {
        "\u682a\u5f0f\u4f1a\u793e", "\u6709\u9650\u4f1a\u793e", "\u5408\u540c\u4f1a\u793e",
        "\u6709\u9650\u516c\u53f8"};
    const std::string_view text = run(0)->text;
    for (const std::string_view form : kForms) {
      const size_t at = text.find(form);
      if (at == std::string_view::npos) continue;
      add_pairs(text.substr(0, at));
      add_word(std::string(form), "", true);
      add_pairs(text.substr(at + form.size()));
      return 1;
    }
    add_pairs(text);
    return 1;
  }

  // Each two characters that follow each other.
  void add_pairs(std::string_view text) {
    const auto characters = characters_of(text);
    if (characters.size() == 1)
      add_word(std::string(text), "", is_marker_word(text) && of_ == Of::file);
    bool is_chained = false;
    for (size_t i = 0; i + 1 < characters.size(); ++i) {
      const bool is_new = add_word(std::string(characters[i]) + std::string(characters[i + 1]), "");
      if (is_new) said_.words.back().is_chained = is_chained;
      is_chained = is_new;
    }
  }

  // False when it is there already.
  bool add_word(const std::string& text, const std::string& spelled, bool is_small = false) {
    ++position_;
    if (said_.words.size() == kMostWords || !seen_.insert(text).second) return false;
    NameWord word{.text = text, .spelled = spelled == text ? "" : spelled, .position = position_};
    word.is_small = is_small || is_small_word(text);
    word.is_marker = of_ == Of::file && is_marker_word(text);
    said_.words.push_back(std::move(word));
    return true;
  }

  std::vector<Run> runs_;
  Of of_;
  NameWords said_;
  std::unordered_set<std::string> seen_;
  size_t at_ = 0;
  size_t position_ = 0;
};

}  // namespace

NameWords words_of_title(std::string_view title) {
  return WordReader(runs_of(title), Of::title).read();
}

namespace {

bool is_letter_or_digit(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// An ending that only a program would write: "x7z", not "Oslo", "Q3" or "Nov".
bool looks_like_extension(std::string_view ending,
                          const std::function<bool(std::string_view)>& is_word) {
  const std::string lower = in_lower_case(ending);
  const auto has = [&](int (*is_so)(int)) {
    return std::any_of(ending.begin(), ending.end(), [&](char c) { return is_so(c) != 0; });
  };
  const bool is_mixed = has(std::isupper) && has(std::islower);
  if (ending.size() < 2 || ending.size() > 4 || is_mixed || is_word(lower)) return false;
  const NameWords said = words_of_title(ending);
  return said.dates.empty() && said.numbers.empty() && said.versions.empty();
}

}  // namespace

NameWords words_of_file(std::string_view name,
                        const std::function<bool(std::string_view)>& is_word) {
  for (bool is_first = true;; is_first = false) {
    const size_t point = name.rfind('.');
    if (point == std::string_view::npos || point == 0) break;
    const std::string_view ending = name.substr(point + 1);
    const bool is_plain =
        !ending.empty() && std::all_of(ending.begin(), ending.end(), is_letter_or_digit);
    if (!is_plain) break;
    if (!is_known_extension(in_lower_case(ending)) &&
        !(is_first && looks_like_extension(ending, is_word))) {
      break;
    }
    name = name.substr(0, point);
  }
  return WordReader(runs_of(name), Of::file).read();
}

}  // namespace cb::model
