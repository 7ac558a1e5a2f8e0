#include <algorithm>

#include "base/text.h"
#include "cli/output.h"
#include "cli/table.h"
#include "os/env.h"

namespace cb::cli {
namespace {

constexpr int kStdout = 1;
constexpr int kUsualWidth = 80;

Records::Form form_for(const CommonOptions& options) {
  if (options.json) return Records::Form::json;
  return os::is_terminal(kStdout) ? Records::Form::table : Records::Form::lines;
}

void make_printable(std::vector<std::string>& cells) {
  for (std::string& cell : cells) {
    std::replace(cell.begin(), cell.end(), '\t', ' ');
    std::replace(cell.begin(), cell.end(), '\n', ' ');
    cell = printable(cell);
  }
}

}  // namespace

Records::Records(std::vector<Column> columns, const CommonOptions& options)
    : columns_(std::move(columns)),
      form_(form_for(options)),
      width_(form_ == Form::table ? os::terminal_width(kStdout, kUsualWidth) : 0),
      color_(form_ == Form::table && use_color(options.color, kStdout)) {}

Records::~Records() = default;

void Records::print_header(const std::vector<int>& widths) {
  if (header_printed_) return;
  header_printed_ = true;
  print(header_line(columns_, widths, {color_, ellipsis()}) + "\n");
}

void Records::print_row(const std::vector<std::string>& cells,
                        const std::vector<int>& widths) const {
  print(table_line(columns_, cells, widths, {color_, ellipsis()}) + "\n");
}

void Records::add(std::vector<std::string> cells, const std::function<Json()>& json) {
  if (form_ == Form::json) return print(to_line(json()) + "\n");
  cells.resize(columns_.size());
  make_printable(cells);
  if (form_ == Form::lines) return print(join(cells, "\t") + "\n");
  rows_.push_back(std::move(cells));
}

void Records::stream(std::vector<std::string> cells, const std::function<Json()>& json) {
  if (form_ == Form::table) {
    cells.resize(columns_.size());
    make_printable(cells);
    const auto widths = stream_widths(columns_, width_);
    print_header(widths);
    print_row(cells, widths);
  } else {
    add(std::move(cells), json);
  }
  flush();
}

void Records::finish() {
  if (!rows_.empty()) {
    const auto widths = fitted_widths(columns_, rows_, width_);
    print_header(widths);
    for (const auto& row : rows_) print_row(row, widths);
    rows_.clear();
  }
  flush();
}

}  // namespace cb::cli
