#include "model/runs.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "model/letters.h"

namespace cb::model {
namespace {

using Code = int32_t;
constexpr size_t kMostRuns = 256;
// A name has 255 bytes. Of a longer title the beginning is enough.
constexpr size_t kMostBytes = 4096;

// Bytes that are no UTF-8, and NUL, are blanks.
std::string repaired(std::string_view text) {
  std::string valid;
  text = text.substr(0, kMostBytes);
  while (!text.empty()) {
    const size_t good = valid_utf8_size(text);
    valid += text.substr(0, good);
    text.remove_prefix(good);
    if (text.empty()) break;
    valid += ' ';
    text.remove_prefix(1);
  }
  return valid;
}

std::vector<Code> codes_of(std::string_view text) {
  const std::string valid = repaired(text);
  constexpr auto kForm = static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
                                                        UTF8PROC_STABLE | UTF8PROC_IGNORE);
  std::vector<Code> codes(valid.size() * 4 + 16);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(valid.data());
  auto count = utf8proc_decompose(bytes, static_cast<utf8proc_ssize_t>(valid.size()), codes.data(),
                                  static_cast<utf8proc_ssize_t>(codes.size()), kForm);
  if (count < 0) return {};
  if (static_cast<size_t>(count) > codes.size()) {  // a character that stands for a whole phrase
    codes.resize(static_cast<size_t>(count));
    count = utf8proc_decompose(bytes, static_cast<utf8proc_ssize_t>(valid.size()), codes.data(),
                               count, kForm);
  }
  count = utf8proc_normalize_utf32(codes.data(), count, kForm);
  codes.resize(count < 0 ? 0 : static_cast<size_t>(count));
  return codes;
}

class Cutter {
 public:
  explicit Cutter(std::vector<Code> codes) : codes_(std::move(codes)) {}

  std::vector<Run> cut() {
    for (at_ = 0; at_ < codes_.size() && runs_.size() <= kMostRuns; ++at_) take(codes_[at_]);
    close();
    if (runs_.size() > kMostRuns) runs_.resize(kMostRuns);
    return std::move(runs_);
  }

 private:
  void take(Code code) {
    const Script script = script_of(code);
    if (script == Script::separator) {
      close();
      if (gap_.size() < 4) gap_ += separator_of(code);
      return;
    }
    if (script == Script::mark) {
      if (is_open_ && !is_optional_mark(code)) add(code);
      return;
    }
    if (is_open_ && is_border(script)) {
      const bool is_case = script == Script::upper;
      close();
      run_.is_split_case = is_case && last_ != Script::digit;
    }
    open(script);
    add(code);
    last_ = script;
  }

  // Between the last character and one of this script?
  bool is_border(Script script) const {
    if (script == Script::upper && last_ == Script::lower) return !is_last_of_word(at_ + 1);
    if (script == Script::upper && last_ == Script::upper) {
      // "PDFReport": the last capital belongs to the next word; but "PDFs" is one.
      return length_ > 1 && is_lower(at_ + 1) && !is_last_of_word(at_ + 2);
    }
    if (script == Script::lower && last_ == Script::upper) return false;
    return script != last_;
  }
  bool is_lower(size_t at) const {
    return at < codes_.size() && script_of(codes_[at]) == Script::lower;
  }
  // "GmbH" is one word.
  bool is_last_of_word(size_t at) const {
    if (at >= codes_.size()) return true;
    const Script script = script_of(codes_[at]);
    return script == Script::separator;
  }

  void open(Script script) {
    if (is_open_) return;
    is_open_ = true;
    length_ = 0;
    run_.gap = std::move(gap_);
    gap_.clear();
    run_.kind = script == Script::digit      ? Run::Kind::digits
                : script == Script::unspaced ? Run::Kind::unspaced
                                             : Run::Kind::letters;
  }

  void add(Code code) {
    ++length_;
    if (run_.is_digits()) {
      run_.text += static_cast<char>('0' + digit_value(code));
      return;
    }
    const std::string folded = fold_letter(code);
    const std::string_view spelled = spelled_letters(code);
    if (!spelled.empty() && run_.spelled.empty()) run_.spelled = run_.text;
    run_.text += folded;
    if (!spelled.empty()) {
      run_.spelled += spelled;
      is_spelled_ = true;
    } else if (is_spelled_) {
      run_.spelled += folded;
    }
  }

  // The digits of a script follow each other, from its zero on.
  static int digit_value(Code code) {
    if (code < 0x80) return code - '0';
    int value = 0;
    while (value < 9 && utf8proc_category(code - value - 1) == UTF8PROC_CATEGORY_ND) ++value;
    return value;
  }

  void close() {
    if (!is_open_) return;
    if (!run_.text.empty()) runs_.push_back(std::move(run_));
    run_ = {};
    is_open_ = is_spelled_ = false;
  }

  std::vector<Code> codes_;
  std::vector<Run> runs_;
  Run run_;
  std::string gap_;
  Script last_ = Script::separator;
  size_t at_ = 0;
  size_t length_ = 0;
  bool is_open_ = false;
  bool is_spelled_ = false;
};

// What follows a number in a date, and begins a run then.
constexpr std::array<std::string_view, 10> kCounters = {
    "\u5e74",       "\u6708", "\u65e5", "\u53f7", "\u56db\u534a\u671f",
    "\u5b63\u5ea6", "\ub144", "\uc6d4", "\uc77c", "\ubd84\uae30"};
constexpr std::string_view kOrdinal = "\u7b2c";  // stands before a number

std::string_view counter_of(std::string_view text) {
  for (const std::string_view counter : kCounters) {
    if (text.starts_with(counter) && text != counter) return counter;
  }
  return {};
}

void cut_at(std::vector<Run>& runs, size_t at, size_t size) {
  Run rest;
  rest.kind = runs[at].kind;
  rest.text = runs[at].text.substr(size);
  runs[at].text.resize(size);
  runs.insert(runs.begin() + static_cast<ptrdiff_t>(at) + 1, std::move(rest));
}

// 2026年第3四半期報告: the signs of the date are no part of the words beside them.
void cut_counters(std::vector<Run>& runs) {
  for (size_t at = 0; at < runs.size() && runs.size() < kMostRuns; ++at) {
    if (runs[at].is_digits()) continue;
    if (at > 0 && runs[at].is_joined() && runs[at - 1].is_digits()) {
      if (const auto counter = counter_of(runs[at].text); !counter.empty()) {
        cut_at(runs, at, counter.size());
        continue;
      }
    }
    const std::string& text = runs[at].text;
    const bool is_before_number = at + 1 < runs.size() && runs[at + 1].is_digits();
    if (is_before_number && text.ends_with(kOrdinal) && text != kOrdinal) {
      cut_at(runs, at, text.size() - kOrdinal.size());
    }
  }
}

}  // namespace

std::vector<Run> runs_of(std::string_view text) {
  std::vector<Run> runs = Cutter(codes_of(text)).cut();
  cut_counters(runs);
  return runs;
}

size_t count_characters(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

}  // namespace cb::model
