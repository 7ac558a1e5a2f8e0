#include "base/time.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.h"

namespace cb {
namespace {

namespace chr = std::chrono;

constexpr Instant kFirst = chr::sys_days(chr::year(1) / 1 / 1);
constexpr Instant kLast =
    chr::sys_days(chr::year(10000) / 1 / 1) - chr::milliseconds(1);  // of the year 9999
constexpr Duration kLongest = chr::days(36525);

// Reads a text from its left end; every take_…() fails without moving.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<int> take_digits(size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  bool take_one_of(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool next_is_digit() const { return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }
  bool next_is(char c) const { return !rest_.empty() && rest_[0] == c; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<chr::sys_days> take_date(Reader& reader) {
  const auto year = reader.take_digits(4);
  if (!year || *year == 0 || !reader.take_one_of("-")) return std::nullopt;
  const auto month = reader.take_digits(2);
  if (!month || !reader.take_one_of("-")) return std::nullopt;
  const auto day = reader.take_digits(2);
  if (!day) return std::nullopt;
  const chr::year_month_day date(chr::year(*year), chr::month(static_cast<unsigned>(*month)),
                                 chr::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return chr::sys_days(date);
}

std::optional<Duration> take_hours_and_minutes(Reader& reader) {
  const auto hours = reader.take_digits(2);
  if (!hours || *hours > 23 || !reader.take_one_of(":")) return std::nullopt;
  const auto minutes = reader.take_digits(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return chr::hours(*hours) + chr::minutes(*minutes);
}

// ".25": at least one digit; those after the third are cut. No '.' is no fraction.
std::optional<Duration> take_fraction(Reader& reader) {
  if (!reader.take_one_of(".")) return Duration(0);
  if (!reader.next_is_digit()) return std::nullopt;
  int millis = 0;
  for (int unit = 100; reader.next_is_digit(); unit /= 10) millis += unit * *reader.take_digits(1);
  return Duration(millis);
}

std::optional<Duration> take_time_of_day(Reader& reader) {
  const auto minutes = take_hours_and_minutes(reader);
  if (!minutes || !reader.take_one_of(":")) return std::nullopt;
  const auto seconds = reader.take_digits(2);
  if (!seconds || *seconds > 59) return std::nullopt;
  const auto fraction = take_fraction(reader);
  if (!fraction) return std::nullopt;
  return *minutes + chr::seconds(*seconds) + *fraction;
}

std::optional<Duration> take_offset(Reader& reader) {
  if (reader.take_one_of("Zz")) return Duration(0);
  const bool is_west = reader.next_is('-');
  if (!reader.take_one_of("+-")) return std::nullopt;
  const auto offset = take_hours_and_minutes(reader);
  if (!offset) return std::nullopt;
  return is_west ? -*offset : *offset;
}

struct Unit {
  std::string_view name;
  Duration length;
};
constexpr std::array<Unit, 6> kUnits = {{{"w", chr::weeks(1)},
                                         {"d", chr::days(1)},
                                         {"h", chr::hours(1)},
                                         {"m", chr::minutes(1)},
                                         {"s", chr::seconds(1)},
                                         {"ms", chr::milliseconds(1)}}};

}  // namespace

int64_t to_millis(Instant at) { return at.time_since_epoch().count(); }
Instant from_millis(int64_t millis) { return Instant(Duration(millis)); }

std::optional<Instant> parse_rfc3339(std::string_view text) {
  Reader reader(text);
  const auto date = take_date(reader);
  if (!date || !reader.take_one_of("Tt ")) return std::nullopt;
  const auto time = take_time_of_day(reader);
  if (!time) return std::nullopt;
  const auto offset = take_offset(reader);
  if (!offset || !reader.at_end()) return std::nullopt;
  const Instant at = Instant(*date) + *time - *offset;
  if (at < kFirst || at > kLast) return std::nullopt;
  return at;
}

std::optional<Instant> parse_time_or_date(std::string_view text) {
  Reader reader(text);
  const auto date = take_date(reader);
  if (date && reader.at_end()) return Instant(*date);
  return parse_rfc3339(text);
}

std::string format_rfc3339(Instant at) {
  at = std::clamp(at, kFirst, kLast);
  const auto day = chr::floor<chr::days>(at);
  const chr::year_month_day date(day);
  const chr::hh_mm_ss<Duration> time(at - day);
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
      static_cast<int>(time.subseconds().count()));
  return std::string(text.data(), static_cast<size_t>(length));
}

std::optional<Duration> parse_duration(std::string_view text) {
  Duration sum(0);
  size_t next_unit = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_integer(text.substr(0, digits));
    text.remove_prefix(digits);
    const size_t letters = std::min(text.find_first_of("0123456789"), text.size());
    const auto unit = std::find_if(kUnits.begin() + next_unit, kUnits.end(), [&](const Unit& each) {
      return each.name == text.substr(0, letters);
    });
    if (!count || unit == kUnits.end() || *count > kLongest / unit->length) return std::nullopt;
    text.remove_prefix(letters);
    sum += *count * unit->length;
    next_unit = static_cast<size_t>(unit - kUnits.begin()) + 1;
  }
  if (sum > kLongest) return std::nullopt;
  return sum;
}

std::string format_duration(Duration duration) {
  if (duration <= Duration(0)) return "0s";
  std::string text;
  for (const Unit& unit : kUnits) {
    // "30d" is what people write; weeks only where nothing is left over.
    if (unit.name == "w" && duration % unit.length != Duration(0)) continue;
    if (duration < unit.length) continue;
    text += std::to_string(duration / unit.length).append(unit.name);
    duration %= unit.length;
  }
  return text;
}

std::string describe_duration(Duration duration) {
  if (duration < Duration(0)) {
    return "-" + describe_duration(-std::max(duration, -Duration::max()));  // min has no opposite
  }
  const auto first = std::find_if(kUnits.begin(), kUnits.end(),
                                  [&](const Unit& unit) { return duration >= unit.length; });
  if (first == kUnits.end()) return "0s";
  std::string text = std::to_string(duration / first->length).append(first->name);
  const auto second = first + 1;
  if (second == kUnits.end()) return text;
  const auto rest = duration % first->length / second->length;
  if (rest > 0) text.append(" ").append(std::to_string(rest)).append(second->name);
  return text;
}

}  // namespace cb
