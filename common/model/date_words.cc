// Dates among words: 2026-11-22, 22.11.2026, 20261122, Nov 2026, Q3/26, KW 47, 2026年11月.
#include <algorithm>
#include <array>

#include "model/dates.h"

namespace cb::model {
namespace {

using Unit = Period::Unit;

// Years that a title or a file may speak of; other numbers of four digits are numbers.
bool is_year_number(int value) { return value >= 1980 && value <= 2059; }
int year_of_two(int value) { return 2000 + value; }
// Two digits are a year where that is the only sense that they can have.
bool is_short_year(int value) { return value >= 10 && value <= 59; }

bool is_day_of(int year, int month, int day) {
  constexpr std::array<int, 12> kDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1 || day > kDays[static_cast<size_t>(month - 1)])
    return false;
  const bool is_leap = year == 0 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
  return month != 2 || day < 29 || is_leap;
}

bool is_among(std::string_view word, std::string_view words) {
  const std::string padded = " " + std::string(word) + " ";
  return words.find(padded) != std::string_view::npos;
}

std::optional<Unit> unit_named(std::string_view word, bool is_joined) {
  if (word == "q" || is_among(word, " quarter quartal kvartal kwartaal trimestre trimester "))
    return Unit::quarter;
  if (word == "h" || word == "w") {
    if (!is_joined) return std::nullopt;
    return word == "h" ? Unit::half : Unit::week;
  }
  if (is_among(word, " halbjahr hj halvar semestre semester half ")) return Unit::half;
  if (is_among(word, " kw cw wk week woche uke vecka semaine kalenderwoche semana "))
    return Unit::week;
  return std::nullopt;
}

int most_of(Unit unit) {
  switch (unit) {
    case Unit::half:
      return 2;
    case Unit::quarter:
      return 4;
    case Unit::month:
      return 12;
    case Unit::week:
      return 53;
    case Unit::season:
    case Unit::year:
    case Unit::day:
      break;
  }
  return 0;
}

// Looks at runs from one on, and takes what belongs to a date.
class DateReader {
 public:
  DateReader(std::span<const Run> runs, size_t at) : runs_(runs), at_(at) {}

  std::optional<DateInRuns> read() {
    const bool found = runs_[at_].is_digits() ? read_from_digits() : read_from_word();
    if (!found || found_.when.readings.empty()) return std::nullopt;
    for (size_t i = 0; i < found_.size; ++i) {
      if (runs_[at_ + i].is_digits()) {
        found_.when.digits.push_back(without_leading_zeros(runs_[at_ + i].text));
      }
    }
    return std::move(found_);
  }

 private:
  // The run some places on; nullptr behind the last.
  const Run* run(size_t ahead) const {
    return at_ + ahead < runs_.size() ? &runs_[at_ + ahead] : nullptr;
  }
  size_t width(size_t ahead) const {
    const Run* each = run(ahead);
    return each != nullptr && each->is_digits() ? each->text.size() : 0;
  }
  // Of at most eight digits.
  int value(size_t ahead) const { return std::stoi(run(ahead)->text); }
  bool is_number(size_t ahead, size_t most_digits) const {
    return width(ahead) > 0 && width(ahead) <= most_digits;
  }
  bool is_year_at(size_t ahead) const { return width(ahead) == 4 && is_year_number(value(ahead)); }
  // Behind the last run: wider than any that joins.
  std::string_view gap(size_t ahead) const {
    const Run* each = run(ahead);
    if (each == nullptr) return "   ";
    return each->gap;
  }
  bool is_word(size_t ahead, std::string_view word) const {
    return run(ahead) != nullptr && run(ahead)->text == word;
  }
  std::optional<int> month_at(size_t ahead) const {
    if (run(ahead) == nullptr || run(ahead)->is_digits()) return std::nullopt;
    const auto month = month_named(run(ahead)->text);
    return month || run(ahead)->spelled.empty() ? month : month_named(run(ahead)->spelled);
  }

  void add(const Period& period) {
    auto& readings = found_.when.readings;
    if (std::find(readings.begin(), readings.end(), period) == readings.end()) {
      readings.push_back(period);
    }
  }
  bool add_day(int year, int month, int day) {
    if (!is_day_of(year, month, day) || (year != 0 && !is_year_number(year))) return false;
    add({Unit::day, year, month, day});
    return true;
  }
  bool take(size_t size) {
    found_.size = size;
    return true;
  }

  // A year may follow at `ahead`: 2026, '26, 26. It is none when it begins another date.
  bool take_year(size_t ahead) {
    if (run(ahead) == nullptr || gap(ahead).size() > 2) return take(ahead);
    if (is_year_at(ahead) && !begins_day(ahead)) {
      set_year(value(ahead));
      return take(ahead + 1);
    }
    if (width(ahead) == 2 && is_short_year(value(ahead)) && !begins_day(ahead)) {
      set_year(year_of_two(value(ahead)));
      return take(ahead + 1);
    }
    return take(ahead);
  }
  void set_year(int year) {
    for (Period& each : found_.when.readings) each.year = year;
  }
  bool begins_day(size_t ahead) const {
    return is_number(ahead + 1, 2) && is_number(ahead + 2, 2) && gap(ahead + 1).size() == 1 &&
           gap(ahead + 1) == gap(ahead + 2) && gap(ahead + 1) != " ";
  }

  bool read_from_digits() {
    if (read_cjk()) return true;
    switch (width(0)) {
      case 8:
        return read_eight();
      case 6:
        return read_six();
      case 4:
        return is_year_at(0) && read_from_year();
      case 2:
      case 1:
        return read_from_small();
      default:
        return false;
    }
  }

  bool read_eight() {
    const int all = value(0);
    if (!add_day(all / 10000, all / 100 % 100, all % 100)) {
      add_day(all % 10000, all / 100 % 100, all / 1000000);
    }
    return take(1 + time_size(1));
  }
  bool read_six() {
    const int all = value(0);
    if (is_year_number(all / 100) && all % 100 >= 1 && all % 100 <= 12) {
      add({Unit::month, all / 100, all % 100, 0});
    }
    const int first = all / 10000;
    if (is_short_year(first)) add_day(year_of_two(first), all / 100 % 100, all % 100);
    if (is_short_year(all % 100)) add_day(year_of_two(all % 100), all / 100 % 100, first);
    return take(1 + time_size(1));
  }

  // 2026-11-22, 2026-11, 2025/26, 2026 Q3, 2026.
  bool read_from_year() {
    const int year = value(0);
    const bool is_near = gap(1).size() == 1;
    if (is_near && is_number(1, 2) && is_number(2, 2) && gap(2) == gap(1) &&
        (gap(1) != " " || (width(1) == 2 && width(2) == 2)) && add_day(year, value(1), value(2))) {
      return take(3 + time_size(3));
    }
    if (is_near && is_year_at(1) && value(1) == year + 1) {
      add({Unit::season, year, 0, 0});
      return take(2);
    }
    if (is_near && width(1) == 2 && (gap(1) == "/" || gap(1) == "-") &&
        value(1) == (year + 1) % 100) {
      add({Unit::season, year, 0, 0});
    }
    if (is_near && is_number(1, 2) && (width(1) == 2 || (gap(1) != " " && gap(1) != "_")) &&
        value(1) >= 1 && value(1) <= 12) {
      add({Unit::month, year, value(1), 0});
    }
    if (!found_.when.readings.empty()) return take(2);
    if (gap(1).size() <= 2 && read_part_of_year(year)) return true;
    add({Unit::year, year, 0, 0});
    return take(1);
  }

  // What follows a year: Q3, W47, November, Nov 22.
  bool read_part_of_year(int year) {
    if (run(1) == nullptr || run(1)->is_digits()) return false;
    DateReader rest(runs_, at_ + 1);
    if (!rest.read_from_word()) return false;
    for (Period each : rest.found_.when.readings) {
      if (each.year != 0 && each.unit != Unit::month) return false;
      const bool is_day_behind = each.unit == Unit::month && each.year != 0;
      if (each.unit == Unit::year || is_day_behind) continue;  // 2026 Nov 22: the 22nd
      each.year = year;
      add(each);
    }
    if (found_.when.readings.empty()) return false;
    return take(1 + rest.found_.size);
  }

  // A time of day behind a date: _143005, T14:30, 14.30.05, at 14.30. It counts for nothing.
  size_t time_size(size_t ahead) const {
    size_t words = 0;
    if (run(ahead) && is_among(run(ahead)->text, " t at um kl a ")) ++words;
    const size_t first = ahead + words;
    if (width(first) == 6 && is_time(value(first))) return words + 1;
    if (words > 0 && width(first) == 4 && is_time(value(first) * 100)) return words + 1;
    if (width(first) != 2 || width(first + 1) != 2 || gap(first + 1).size() != 1) return 0;
    if (!is_time(value(first) * 10000 + value(first + 1) * 100)) return 0;
    const bool has_seconds = width(first + 2) == 2 && gap(first + 2) == gap(first + 1);
    return words + (has_seconds ? 3 : 2);
  }
  static bool is_time(int digits) {
    return digits / 10000 < 24 && digits / 100 % 100 < 60 && digits % 100 < 60;
  }

  // 22.11.2026, 22 Nov, 11/2026, 3. Quartal, 3Q26.
  bool read_from_small() {
    if (read_three()) return true;
    const bool is_certain = gap(1) != " " && gap(1) != "_";
    if (is_year_at(1) && gap(1).size() == 1 && (width(0) == 2 || is_certain) && value(0) >= 1 &&
        value(0) <= 12 && !begins_day(1)) {
      add({Unit::month, value(1), value(0), 0});
      return take(2);
    }
    return read_ordinal();
  }

  bool read_three() {
    if (!is_number(1, 2) || gap(1).size() != 1 || gap(2) != gap(1)) return false;
    const bool is_blank = gap(1) == " " || gap(1) == "_";
    if (is_blank && (width(0) != 2 || width(1) != 2)) return false;
    const bool has_short_year =
        width(2) == 2 && width(0) == 2 && width(1) == 2 && is_short_year(value(2));
    if (!is_year_at(2) && (is_blank || !(has_short_year || (width(0) == 2 && width(2) == 2))))
      return false;
    const int year = is_year_at(2) ? value(2) : year_of_two(value(2));
    add_day(year, value(1), value(0));
    if (gap(1) == "/" || gap(1) == "-") add_day(year, value(0), value(1));
    if (width(2) == 2 && width(0) == 2 && is_short_year(value(0))) {
      add_day(year_of_two(value(0)), value(1), value(2));
    }
    return !found_.when.readings.empty() && take(3 + time_size(3));
  }

  bool read_ordinal() {
    size_t next = 1;
    if (run(next) && run(next)->is_joined() && is_among(run(next)->text, " st nd rd th er e eme "))
      ++next;
    if (run(next) && is_among(run(next)->text, " de of ") && month_at(next + 1)) ++next;
    if (run(next) == nullptr || gap(next).size() > 2) return false;
    if (const auto month = month_at(next); month && is_day_of(0, *month, value(0))) {
      add({Unit::day, 0, *month, value(0)});
      return take_year(next + 1);
    }
    if (run(next)->is_digits()) return false;
    // "Report 3 Q4": the 3 is none of the quarter's.
    if (!run(next)->is_joined() && is_number(next + 1, 2) && gap(next + 1).size() < 2) return false;
    const auto unit = unit_named(run(next)->text, false);
    if (!unit || value(0) < 1 || value(0) > most_of(*unit)) return false;
    add({*unit, 0, value(0), 0});
    return take_year(next + 1);
  }

  bool read_from_word() {
    if (const auto month = month_at(0)) return read_from_month(*month);
    const std::string& word = runs_[at_].text;
    if (is_among(word, " fy gj ") && gap(1).size() <= 1) return read_fiscal();
    if (word == "\u7b2c" && is_number(1, 1)) return read_cjk_part(1);
    if (gap(1).size() > 2) return false;
    if ((word == "q" || word == "h") && width(1) == 5 && gap(1).empty())
      return read_part_and_year();
    if (!is_number(1, 2)) return false;
    const auto unit = unit_named(word, run(1)->is_joined());
    if (!unit || value(1) < 1 || value(1) > most_of(*unit)) return false;
    add({*unit, 0, value(1), 0});
    return take_year(2);
  }

  // Q32026
  bool read_part_and_year() {
    const auto unit = runs_[at_].text == "q" ? Unit::quarter : Unit::half;
    const int part = value(1) / 10000;
    if (part < 1 || part > most_of(unit) || !is_year_number(value(1) % 10000)) return false;
    add({unit, value(1) % 10000, part, 0});
    return take(2);
  }

  bool read_fiscal() {
    if (!is_year_at(1) && !(width(1) == 2 && is_short_year(value(1)))) return false;
    add({Unit::year, width(1) == 4 ? value(1) : year_of_two(value(1)), 0, 0});
    return take(2);
  }

  // Nov 2026, Nov 22 2026, Nov'26, Nov 26.
  bool read_from_month(int month) {
    if (run(1) == nullptr || gap(1).size() > 2 || !is_number(1, 4) || begins_day(1)) {
      add({Unit::month, 0, month, 0});
      return take(1);
    }
    if (width(1) > 2) {
      add({Unit::month, 0, month, 0});
      return take_year(1);
    }
    const bool is_day =
        is_day_of(0, month, value(1)) && gap(1).find('\'') == std::string_view::npos;
    if (is_day && gap(2).size() <= 2 && is_year_at(2) && !begins_day(2)) {
      add({Unit::day, value(2), month, value(1)});
      return take(3);
    }
    if (width(1) == 2 && is_short_year(value(1)))
      add({Unit::month, year_of_two(value(1)), month, 0});
    if (is_day) add({Unit::day, 0, month, value(1)});
    if (!found_.when.readings.empty()) return take(2);
    add({Unit::month, 0, month, 0});
    return take(1);
  }

  // 2026年11月22日, 11月, 第3四半期 (from its number).
  bool read_cjk() {
    if (width(0) == 4 && is_cjk_mark(1, "\u5e74", "\ub144")) {
      const int year = value(0);
      size_t next = 2;
      if (is_word(next, "\u7b2c")) ++next;
      add({Unit::year, year, 0, 0});
      if (!is_number(next, 2)) return take(2);
      found_.when.readings.clear();
      if (read_cjk_part(next)) {
        set_year(year);
        return true;
      }
      found_.when.readings = {{Unit::year, year, 0, 0}};
      return take(2);
    }
    return is_number(0, 2) && read_cjk_part(0);
  }
  bool read_cjk_part(size_t next) {
    const int number = value(next);
    if (is_cjk_mark(next + 1, "\u6708", "\uc6d4") && number >= 1 && number <= 12) {
      if (is_number(next + 2, 2) && is_cjk_mark(next + 3, "\u65e5", "\uc77c") &&
          is_day_of(0, number, value(next + 2))) {
        add({Unit::day, 0, number, value(next + 2)});
        return take(next + 4);
      }
      add({Unit::month, 0, number, 0});
      return take(next + 2);
    }
    const bool is_quarter = is_cjk_mark(next + 1, "\u56db\u534a\u671f", "\ubd84\uae30") ||
                            is_cjk_mark(next + 1, "\u5b63\u5ea6", "\u5b63");
    if (!is_quarter || number < 1 || number > 4) return false;
    add({Unit::quarter, 0, number, 0});
    return take(next + 2);
  }
  bool is_cjk_mark(size_t ahead, std::string_view one, std::string_view other) const {
    return is_word(ahead, one) || is_word(ahead, other);
  }

  std::span<const Run> runs_;
  size_t at_;
  DateInRuns found_;
};

}  // namespace

std::optional<DateInRuns> date_at(std::span<const Run> runs, size_t at) {
  return DateReader(runs, at).read();
}

}  // namespace cb::model
