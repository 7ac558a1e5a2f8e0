// stdout: on a terminal an aligned table, else one line per record with TABs, with --json JSON
// Lines. stderr: people's messages.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/common_options.h"

namespace cb::cli {

// The width of `text` in terminal cells: wide characters count 2, combining ones 0, what is not
// valid UTF-8 1 per byte.
int display_width(std::string_view text);
// At most `width` cells, ending in `ellipsis` when cut; whole grapheme clusters.
std::string fit(std::string_view text, int width, std::string_view ellipsis = "…");
// "…", or "..." when the locale (LC_ALL, LC_CTYPE, LANG) is not UTF-8.
std::string_view ellipsis();

// ANSI styles, empty when colour is off for that stream. Colour is never the only sign.
enum class Style { plain, good, bad, busy, dim, strong };
std::string styled(std::string_view text, Style style, bool color);
bool use_color(Color wanted, int fd);  // --color, then NO_COLOR, then whether fd is a terminal

enum class Align { left, right };
struct Column {
  std::string title;
  Align align = Align::left;
  bool shrinks = false;  // gives way first when the terminal is too narrow
  std::function<Style(std::string_view cell)> style =
      nullptr;  // of a cell in a table; absent: plain
};

// Records of one kind. Cells are made printable here; nothing from a task reaches a terminal as a
// control sequence. A cell never contains TAB or a line end.
class Records {
 public:
  enum class Form { table, lines, json };

  Records(std::vector<Column> columns, const CommonOptions& options);
  ~Records();  // does not print: call finish()

  // Adds a record. `json` is only called with --json. A table is printed by finish(), as its
  // columns are sized by all rows; the other forms at once.
  void add(std::vector<std::string> cells, const std::function<Json()>& json);
  // The same, but printed and flushed at once in every form; in a table with columns sized by the
  // terminal alone (for streams).
  void stream(std::vector<std::string> cells, const std::function<Json()>& json);
  void finish();  // prints the table, if any, and flushes
  Form form() const { return form_; }

 private:
  void print_row(const std::vector<std::string>& cells, const std::vector<int>& widths) const;
  void print_header(const std::vector<int>& widths);

  std::vector<Column> columns_;
  Form form_;
  int width_;
  bool color_ = false;
  bool header_printed_ = false;
  std::vector<std::vector<std::string>> rows_;
};

// One printable line each on stderr, prefixed with the tool's name.
class Messages {
 public:
  Messages(std::string tool, const CommonOptions& options);
  void problem(std::string_view line) const;  // always
  void note(std::string_view line) const;     // unless --quiet
  void detail(std::string_view line) const;   // with --verbose

 private:
  std::string tool_;
  bool quiet_, verbose_;
};

// A bar on stderr, drawn only on a terminal and at most 10 times a second; wiped by finish(), by
// its destructor and before any message or flush. One at a time.
class Progress {
 public:
  Progress(std::string label, const CommonOptions& options);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void update(uint64_t done, uint64_t total);  // total 0: unknown
  void finish();

 private:
  std::string label_;
  bool shown_;
  Duration last_{};
};

// Writes to stdout; a failure is remembered for run_main.
void print(std::string_view text);
void flush();
// What went wrong with stdout, for people; "" for nothing, and for a reader that has closed the
// pipe.
std::string output_failure();
// Whether the reader of stdout has gone: a loop that only prints may end.
bool is_output_closed();

}  // namespace cb::cli
