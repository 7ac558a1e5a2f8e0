// What dates say of each other.
#include "model/dates.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace cb::model {
namespace {

// Days since 1970, both included.
struct Days {
  int first = 0;
  int last = 0;

  bool has(const Days& other) const { return first <= other.first && other.last <= last; }
  bool meets(const Days& other) const { return first <= other.last && other.first <= last; }
};

int day_number(int year, int month, int day) {
  const std::chrono::year_month_day date = std::chrono::year(year) / month / day;
  return static_cast<int>(std::chrono::sys_days(date).time_since_epoch().count());
}

// From the first of a month, for some months; `month` may be beyond 12.
Days months_from(int year, int month, int count) {
  const auto first_of = [&](int m) { return day_number(year + (m - 1) / 12, (m - 1) % 12 + 1, 1); };
  return {first_of(month), first_of(month + count) - 1};
}

// ISO 8601: the week with the year's first Thursday is the first.
Days week_of(int year, int week) {
  const int january_4 = day_number(year, 1, 4);
  const int monday = january_4 - (january_4 + 3) % 7 + (week - 1) * 7;
  return {monday, monday + 6};
}

Days days_of(const Period& period, int year) {
  switch (period.unit) {
    case Period::Unit::season:
      return months_from(year, 1, 24);
    case Period::Unit::year:
      return months_from(year, 1, 12);
    case Period::Unit::half:
      return months_from(year, period.number * 6 - 5, 6);
    case Period::Unit::quarter:
      return months_from(year, period.number * 3 - 2, 3);
    case Period::Unit::month:
      return months_from(year, period.number, 1);
    case Period::Unit::week:
      return week_of(year, period.number);
    case Period::Unit::day:
      break;
  }
  const int number = day_number(year, period.number, period.day);
  return {number, number};
}

Fit fit_of_units(const Period& title, const Period& file) {
  constexpr int kAnyYear = 2024;  // a leap year
  const int year = title.year != 0 ? title.year : file.year != 0 ? file.year : kAnyYear;
  const Days wanted = days_of(title, title.year != 0 ? title.year : year);
  const Days said = days_of(file, file.year != 0 ? file.year : year);
  if (file.unit == Period::Unit::day) return wanted.has(said) ? Fit::within : Fit::conflict;
  // A month is not its quarter: that is another report.
  if (file.unit > title.unit) return Fit::conflict;
  // Nor is a quarter one of its months; only a year may be all that a name says of when.
  if (file.unit > Period::Unit::year) return Fit::conflict;
  const bool is_part = title.unit == Period::Unit::week ? said.meets(wanted) : said.has(wanted);
  return is_part ? Fit::vague : Fit::conflict;
}

Fit fit_of(const Period& title, const Period& file) {
  if (title.year != 0 && file.year != 0 && title.unit == file.unit && title.year != file.year) {
    return Fit::conflict;
  }
  if (title.unit != file.unit) return fit_of_units(title, file);
  return title.number == file.number && title.day == file.day ? Fit::same : Fit::conflict;
}

std::string two_digits(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::string text_of_period(const Period& period) {
  const std::string year = period.year == 0 ? "" : std::to_string(period.year);
  const std::string prefix = period.year == 0 ? "" : year + "-";
  switch (period.unit) {
    case Period::Unit::season:
      return year + "/" + two_digits((period.year + 1) % 100);
    case Period::Unit::year:
      return year;
    case Period::Unit::half:
      return prefix + "H" + std::to_string(period.number);
    case Period::Unit::quarter:
      return prefix + "Q" + std::to_string(period.number);
    case Period::Unit::month:
      if (period.year == 0) return std::string(kMonths[static_cast<size_t>(period.number - 1)]);
      return prefix + two_digits(period.number);
    case Period::Unit::week:
      return prefix + "W" + two_digits(period.number);
    case Period::Unit::day:
      break;
  }
  return prefix + two_digits(period.number) + "-" + two_digits(period.day);
}

bool lacks_year(const When& when) {
  return std::all_of(when.readings.begin(), when.readings.end(),
                     [](const Period& each) { return each.year == 0; });
}

}  // namespace

bool When::is_day() const {
  return std::all_of(readings.begin(), readings.end(),
                     [](const Period& each) { return each.unit == Period::Unit::day; });
}

bool When::is_year() const {
  return readings.size() == 1 && readings[0].unit == Period::Unit::year;
}

Fit fit(const When& title, const When& file) {
  Fit best = Fit::conflict;
  for (const Period& wanted : title.readings) {
    for (const Period& said : file.readings) best = std::max(best, fit_of(wanted, said));
  }
  // "Nov 26" may be a month: then it is no day in a quarter.
  return best == Fit::within && !file.is_day() ? Fit::conflict : best;
}

std::string to_text(const When& when) {
  return when.readings.empty() ? "" : text_of_period(when.readings.front());
}

void share_year(std::vector<When>& dates) {
  const auto is_year = [](const When& when) { return when.is_year(); };
  const auto year = std::find_if(dates.begin(), dates.end(), is_year);
  if (year == dates.end() || std::find_if(year + 1, dates.end(), is_year) != dates.end()) return;
  if (std::none_of(dates.begin(), dates.end(), lacks_year)) return;
  const When given = std::move(*year);
  dates.erase(year);
  for (When& when : dates) {
    if (!lacks_year(when)) continue;
    for (Period& reading : when.readings) reading.year = given.readings[0].year;
    when.digits.insert(when.digits.end(), given.digits.begin(), given.digits.end());
  }
}

std::string without_leading_zeros(std::string_view digits) {
  const size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  return zeros == digits.size() ? "0" : std::string(digits.substr(zeros));
}

}  // namespace cb::model
