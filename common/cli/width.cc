#include <utf8proc.h>

#include <algorithm>
#include <string>

#include "cli/output.h"
#include "os/env.h"

namespace cb::cli {
namespace {

struct Cluster {
  size_t bytes = 0;
  int width = 0;
};

struct Point {
  utf8proc_int32_t code = 0;
  size_t bytes = 1;
  int width = 1;
};

Point first_point(std::string_view text) {
  Point point;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  const utf8proc_ssize_t length = utf8proc_iterate(bytes, size, &point.code);
  if (length <= 0) return {0xFFFD, 1, 1};
  point.bytes = static_cast<size_t>(length);
  const bool is_control = utf8proc_category(point.code) == UTF8PROC_CATEGORY_CC;
  point.width = is_control ? 1 : utf8proc_charwidth(point.code);
  return point;
}

bool is_regional(utf8proc_int32_t code) { return code >= 0x1F1E6 && code <= 0x1F1FF; }

// A cluster is as wide as its widest part; a flag, and what asks for its emoji form, takes two
// cells.
Cluster first_cluster(std::string_view text) {
  constexpr utf8proc_int32_t kEmojiForm = 0xFE0F;
  utf8proc_int32_t state = 0;
  Cluster cluster;
  Point before;
  while (cluster.bytes < text.size()) {
    const Point point = first_point(text.substr(cluster.bytes));
    const bool is_first = cluster.bytes == 0;
    if (!is_first && utf8proc_grapheme_break_stateful(before.code, point.code, &state)) break;
    const bool is_wide = !is_first && (point.code == kEmojiForm ||
                                       (is_regional(before.code) && is_regional(point.code)));
    cluster.width = std::max(cluster.width, is_wide ? 2 : point.width);
    cluster.bytes += point.bytes;
    before = point;
  }
  return cluster;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// How many bytes of `text` fit into `width` cells.
size_t fitting_bytes(std::string_view text, int width) {
  size_t bytes = 0;
  while (bytes < text.size()) {
    const Cluster cluster = first_cluster(text.substr(bytes));
    if (cluster.width > width) break;
    width -= cluster.width;
    bytes += cluster.bytes;
  }
  return bytes;
}

bool is_utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto value = os::environment(name);
    if (!value) continue;
    std::string lower = *value;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

int display_width(std::string_view text) {
  if (is_ascii(text)) return static_cast<int>(text.size());
  int width = 0;
  for (size_t at = 0; at < text.size();) {
    const Cluster cluster = first_cluster(text.substr(at));
    width += cluster.width;
    at += cluster.bytes;
  }
  return width;
}

std::string fit(std::string_view text, int width, std::string_view ellipsis) {
  if (display_width(text) <= width) return std::string(text);
  const int room = width - display_width(ellipsis);
  if (room < 0) return std::string(text.substr(0, fitting_bytes(text, width)));
  return std::string(text.substr(0, fitting_bytes(text, room))).append(ellipsis);
}

std::string_view ellipsis() { return is_utf8_locale() ? "…" : "..."; }

}  // namespace cb::cli
