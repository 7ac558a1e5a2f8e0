// The layout of aligned tables, apart from any terminal.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/output.h"

namespace cb::cli {

using Row = std::vector<std::string>;  // printable cells, one per column

// Widths for all of `rows` within `terminal` cells: as wide as needed, then cut, first in the
// columns that shrink, then in the other left-aligned ones, in proportion and down to 8 cells.
// Numbers are never cut, so a narrow terminal may still overflow.
std::vector<int> fitted_widths(std::span<const Column> columns, std::span<const Row> rows,
                               int terminal);
// Widths before any row is known: the columns that shrink share what the others leave.
std::vector<int> stream_widths(std::span<const Column> columns, int terminal);

// One line without its end; what is wider than its column is cut, unless it is a number.
struct Look {
  bool color = false;
  std::string_view ellipsis = "…";
};
std::string header_line(std::span<const Column> columns, std::span<const int> widths, Look look);
std::string table_line(std::span<const Column> columns, const Row& row, std::span<const int> widths,
                       Look look);

}  // namespace cb::cli
