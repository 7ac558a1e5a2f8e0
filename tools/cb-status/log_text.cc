#include "log_text.h"

#include <algorithm>

#include "base/text.h"

namespace cb::status {
namespace {

constexpr int64_t kTailBlock = 64 * 1024;

// Bytes at the end of `text` that may be the beginning of something longer: of a character, or of
// "\r\n".
size_t unfinished(std::string_view text) {
  if (text.ends_with('\r')) return 1;
  for (size_t back = 1; back <= std::min<size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) return 0;
    if (byte < 0xC0) continue;
    const size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    return back < length ? back : 0;
  }
  return 0;
}

// `text` ends neither within a character nor between '\r' and '\n'.
std::string safe(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\n\r\t"), text.size());
    out += printable(text.substr(0, end));
    text.remove_prefix(end);
    if (text.empty()) break;
    out += text.front() == '\t' ? '\t' : '\n';
    text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr const char* kBlank = " \t\r\n";
  const auto begin = std::min(text.find_first_not_of(kBlank), text.size());
  return text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
}

}  // namespace

int64_t offset_of_last_lines(const os::GrowingFile& file, int64_t size, int64_t lines) {
  if (lines == 0) return size;
  int64_t ends = 0;
  for (int64_t end = size; end > 0;) {
    const auto begin = std::max<int64_t>(0, end - kTailBlock);
    const auto block = file.read(begin, static_cast<size_t>(end - begin));
    for (auto i = static_cast<int64_t>(block.size()) - 1; i >= 0; --i) {
      const auto after = begin + i + 1;
      if (block[static_cast<size_t>(i)] == '\n' && after < size && ++ends == lines) return after;
    }
    end = begin;
  }
  return 0;
}

std::string last_line(const os::GrowingFile& file) {
  constexpr int64_t kNear = 4096;
  const auto size = file.size();
  const auto bytes = file.read(std::max<int64_t>(0, size - kNear), kNear);
  auto text = trimmed(bytes);
  if (const auto end = text.find_last_of("\r\n"); end != std::string_view::npos)
    text = trimmed(text.substr(end));
  return excerpt(text, 200);
}

std::string SafeText::add(std::string_view bytes) {
  kept_ += bytes;
  const auto whole = kept_.size() - unfinished(kept_);
  auto out = safe(std::string_view(kept_).substr(0, whole));
  kept_.erase(0, whole);
  return out;
}

std::string SafeText::finish() { return safe(std::exchange(kept_, "")); }

}  // namespace cb::status
