// Dates and periods as people write them in titles and names of files.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/runs.h"

namespace cb::model {

// One reading of a date.
struct Period {
  enum class Unit { season, year, half, quarter, month, week, day } unit = Unit::year;
  int year = 0;    // 0: not said; of a season ("2025/26") the first
  int number = 0;  // of the half, quarter, month or week; the month of a day
  int day = 0;

  friend bool operator==(const Period&, const Period&) = default;
};

// A date of a text. More than one reading where it is not clear which: 03/04/2026, Nov 26.
struct When {
  std::vector<Period> readings;
  std::vector<std::string> digits;  // as they stand there, without leading zeros

  bool is_day() const;   // in every reading
  bool is_year() const;  // nothing but a year
};

// What a date in a file's name says of the date in a title.
enum class Fit {
  conflict,  // it is another one
  vague,     // it is less exact: "2026" of "Q3 2026"
  within,    // it is a day in that period
  same,      // a year that only one of them says makes no difference
};
Fit fit(const When& title, const When& file);

// "2026-Q3", "November", "2026-11-22": of the first reading.
std::string to_text(const When& when);

struct DateInRuns {
  When when;
  size_t size = 0;  // runs that it takes
};

// The date that begins with runs[at].
std::optional<DateInRuns> date_at(std::span<const Run> runs, size_t at);

// Gives the year to the dates that lack one, if exactly one year stands for itself; it is then
// gone.
void share_year(std::vector<When>& dates);

// "november" → 11, in about ten languages; nullopt for other words.
std::optional<int> month_named(std::string_view word);

std::string without_leading_zeros(std::string_view digits);

}  // namespace cb::model
