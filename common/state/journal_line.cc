#include "state/journal_line.h"

#include <charconv>

#include "base/text.h"

namespace cb::state {
namespace {

constexpr std::string_view kLineBegin = "{\"seq\":", kTimeBegin = ",\"at\":\"",
                           kSumBegin = ",\"sum\":\"", kLineEnd = "\"}";
constexpr size_t kTimeSize = 24, kSumSize = 16, kPiece = 1 << 16;

void append_hex(std::string& text, uint64_t value) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) text += kHex[(value >> shift) & 15];
}

// Events of one moment are many, and writing a time costs as much as the rest of a line's head.
const std::string& time_text(Instant at) {
  static Instant last{};
  static std::string text = format_rfc3339(last);
  if (at != last) {
    text = format_rfc3339(at);
    last = at;
  }
  return text;
}

}  // namespace

void begin_line(std::string& text, int64_t seq, Instant at) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, seq);
  text.append(kLineBegin).append(digits, end).append(kTimeBegin).append(time_text(at)).append("\"");
}

void seal_line(std::string& text, size_t begin) {
  const auto sum = hash64(std::string_view(text).substr(begin));
  text += kSumBegin;
  append_hex(text, sum);
  text.append(kLineEnd).append("\n");
}

std::optional<LineHead> read_head(std::string_view line) {
  if (!line.starts_with(kLineBegin)) return std::nullopt;
  line.remove_prefix(kLineBegin.size());
  const auto digits = line.substr(0, line.find(','));
  const auto seq = parse_integer(digits);
  line.remove_prefix(digits.size());
  if (!seq || *seq <= 0 || !line.starts_with(kTimeBegin)) return std::nullopt;
  const auto at = parse_rfc3339(line.substr(kTimeBegin.size(), kTimeSize));
  if (!at) return std::nullopt;
  return LineHead{*seq, *at};
}

std::optional<LineHead> check_line(std::string_view line) {
  constexpr auto kTail = kSumBegin.size() + kSumSize + kLineEnd.size();
  if (line.size() < kTail || !line.ends_with(kLineEnd)) return std::nullopt;
  const auto body = line.substr(0, line.size() - kTail);
  const auto tail = line.substr(body.size());
  std::string expected(kSumBegin);
  append_hex(expected, hash64(body));
  if (!tail.starts_with(expected)) return std::nullopt;
  return read_head(line);
}

bool read_lines(const os::AppendFile& file, uint64_t offset,
                const std::function<bool(std::string_view)>& each) {
  std::string text;
  while (true) {
    const auto piece = file.read(offset, kPiece);
    if (piece.empty()) return !text.empty();
    offset += piece.size();
    text += piece;
    size_t begin = 0;
    for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
      if (!each(std::string_view(text).substr(begin, end - begin))) return false;
    text.erase(0, begin);
  }
}

}  // namespace cb::state
