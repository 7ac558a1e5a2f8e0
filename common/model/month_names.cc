// The names of months in about ten languages.
#include <unordered_map>

#include "model/dates.h"
#include "model/slips.h"

namespace cb::model {
namespace {

struct MonthWords {
  int month;
  std::string_view words;  // each between blanks
};
constexpr MonthWords kMonthWords[] = {
    {1, " january januar jan janvier janv januari gennaio gen enero ene janeiro jaenner janner "},
    {2, " february februar feb fevrier fevr februari febbraio febrero fevereiro feber "},
    {3, " march maerz marz mar mars maart marzo marco mrz mrt marts "},
    {4, " april apr avril avr aprile abril "},
    {5, " may mai mei maj maggio mayo maio "},
    {6, " june juni jun juin giugno junio junho "},
    {7, " july juli jul juillet juil luglio julio julho "},
    {8, " august aug aout augustus agosto augusti "},
    {9, " september sept sep septembre settembre septiembre setembro "},
    {10, " october oktober oct okt octobre ottobre octubre outubro "},
    {11, " november nov novembre noviembre novembro "},
    {12, " december dezember dec dez des desember decembre dicembre diciembre dezembro "},
};

std::unordered_map<std::string_view, int> month_table() {
  std::unordered_map<std::string_view, int> table;
  for (const auto& [month, words] : kMonthWords) {
    for (size_t at = 1; at < words.size();) {
      const size_t end = words.find(' ', at);
      table.emplace(words.substr(at, end - at), month);
      at = end + 1;
    }
  }
  return table;
}

}  // namespace

std::optional<int> month_named(std::string_view word) {
  static const auto table = month_table();
  if (const auto found = table.find(word); found != table.end()) return found->second;
  // "Novmber": no two long names of months are near each other, and no other word is near one.
  constexpr size_t kLongName = 7;
  if (word.size() + 1 < kLongName) return std::nullopt;
  const std::u32string written = characters_u32(word);
  for (const auto& [name, month] : table) {
    if (name.size() >= kLongName && is_slip_of(written, characters_u32(name))) return month;
  }
  return std::nullopt;
}

}  // namespace cb::model
