// The layout of tables, for cells of any text and terminals of any width.
#include "cli/table.h"

#include <algorithm>

#include "fuzz.h"

namespace cb::fuzz {
namespace {

void check_fit(std::string_view text, int width, std::string_view ellipsis) {
  const std::string part = cli::fit(text, width, ellipsis);
  require(cli::display_width(part) <= std::max(width, 0), "it fits", part);
  require(cli::display_width(text) > width || part == text, "what fits is kept", part);
  if (is_valid_utf8(text)) require(is_valid_utf8(part), "no character is cut in two", part);
}

std::vector<cli::Column> columns_of(uint8_t bits) {
  std::vector<cli::Column> columns;
  for (const char* title : {"one", "number", "a longer title"}) {
    columns.push_back({.title = title,
                       .align = bits & 1 ? cli::Align::right : cli::Align::left,
                       .shrinks = (bits & 2) != 0,
                       .style = nullptr});
    bits = static_cast<uint8_t>(bits >> 2);
  }
  return columns;
}

// The last row is one cell many times over.
std::vector<cli::Row> rows_of(Input& input, size_t columns) {
  const size_t times = 1 + 10 * size_t{input.take_byte()};
  std::vector<cli::Row> rows;
  while (!input.is_empty() && rows.size() < 4) {
    cli::Row row;
    while (row.size() < columns) row.push_back(printable(input.take_text()));
    rows.push_back(row);
  }
  if (rows.empty() || rows.back()[0].size() > 100) return rows;
  const std::string cell = rows.back()[0];
  for (size_t i = 1; i < times; ++i) rows.back()[0] += cell;
  return rows;
}

void check_line(const std::string& line, int most) {
  require_printable(line);
  require(cli::display_width(line) <= most, "a line is as wide as its columns", line);
}

void check_table(Input& input) {
  const auto columns = columns_of(input.take_byte());
  const int terminal = input.take_byte();
  const auto rows = rows_of(input, columns.size());
  const auto widths = cli::fitted_widths(columns, rows, terminal);
  int total = 2 * static_cast<int>(widths.size() - 1);
  for (const int width : widths) total += width;
  require(widths.size() == columns.size(), "every column has a width");
  check_line(cli::header_line(columns, widths, {}), total);
  for (const auto& row : rows) check_line(cli::table_line(columns, row, widths, {}), total);
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  Input input(data, size);
  const int width = static_cast<int8_t>(input.take_byte());
  const std::string_view text = input.take_text();
  check_fit(text, width, "…");
  check_fit(text, width, "...");
  check_fit(text, width, "");
  check_table(input);
  return 0;
}
