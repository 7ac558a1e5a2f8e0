#include "cli/table.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace cb::cli {
namespace {

constexpr int kGap = 2;
constexpr int kLeast = 8;

int total(std::span<const int> widths) {
  const int gaps = kGap * std::max(0, static_cast<int>(widths.size()) - 1);
  return std::accumulate(widths.begin(), widths.end(), gaps);
}

// Takes up to `excess` cells from the columns of `chosen`, each in proportion to what it can give.
void shrink(std::vector<int>& widths, const std::vector<size_t>& chosen, int excess) {
  int spare = 0;
  for (const size_t i : chosen) spare += std::max(0, widths[i] - kLeast);
  int left = std::min(excess, spare);
  for (const size_t i : chosen) {
    const int own = std::max(0, widths[i] - kLeast);
    // Shares of what is still to take, of those still to give: rounding never leaves a rest.
    const int64_t taken = spare == 0 ? 0 : (int64_t{left} * own + spare - 1) / spare;
    const int given = static_cast<int>(std::min({taken, int64_t{own}, int64_t{left}}));
    widths[i] -= given;
    left -= given;
    spare -= own;
  }
}

std::vector<size_t> left_columns(std::span<const Column> columns, bool shrinks) {
  std::vector<size_t> chosen;
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i].align == Align::left && columns[i].shrinks == shrinks) chosen.push_back(i);
  return chosen;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::string spaces(int count) { return std::string(static_cast<size_t>(std::max(0, count)), ' '); }

// `cell` in its column; what stands last on a line gets no blanks behind it.
std::string padded(const std::string& cell, int width, Align align, bool is_last, Style style,
                   bool color) {
  const std::string blanks = spaces(width - display_width(cell));
  const std::string shown = styled(cell, style, color);
  if (align == Align::right) return blanks + shown;
  return is_last ? shown : shown + blanks;
}

}  // namespace

std::vector<int> fitted_widths(std::span<const Column> columns, std::span<const Row> rows,
                               int terminal) {
  std::vector<int> widths;
  for (size_t i = 0; i < columns.size(); ++i) {
    int width = display_width(columns[i].title);
    for (const Row& row : rows) width = std::max(width, display_width(row[i]));
    widths.push_back(width);
  }
  shrink(widths, left_columns(columns, true), std::max(0, total(widths) - terminal));
  shrink(widths, left_columns(columns, false), std::max(0, total(widths) - terminal));
  return widths;
}

std::vector<int> stream_widths(std::span<const Column> columns, int terminal) {
  std::vector<int> widths;
  int shrinking = 0;
  for (const Column& column : columns) {
    widths.push_back(std::max(kLeast, display_width(column.title)));
    if (column.shrinks) ++shrinking;
  }
  int spare = std::max(0, terminal - total(widths));
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].shrinks) continue;
    const int share = spare / shrinking--;
    widths[i] += share;
    spare -= share;
  }
  return widths;
}

std::string header_line(std::span<const Column> columns, std::span<const int> widths, Look look) {
  std::string line;
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool is_last = i + 1 == columns.size();
    const std::string title = fit(upper(columns[i].title), widths[i], look.ellipsis);
    line += padded(title, widths[i], columns[i].align, is_last, Style::strong, look.color);
    if (!is_last) line += spaces(kGap);
  }
  return line;
}

std::string table_line(std::span<const Column> columns, const Row& row, std::span<const int> widths,
                       Look look) {
  std::string line;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns[i];
    const bool is_last = i + 1 == columns.size();
    const bool is_cut = column.align == Align::left;
    const std::string cell = is_cut ? fit(row[i], widths[i], look.ellipsis) : row[i];
    const Style style = column.style ? column.style(row[i]) : Style::plain;
    line += padded(cell, widths[i], column.align, is_last, style, look.color);
    if (!is_last) line += spaces(kGap);
  }
  return line;
}

}  // namespace cb::cli
