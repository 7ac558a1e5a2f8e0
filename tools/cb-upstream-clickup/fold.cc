#include "fold.h"

#include "base/text.h"

namespace cb::upstream_clickup {
namespace {

bool is_between(unsigned c, unsigned first, unsigned last) { return c >= first && c <= last; }

// U+0080 to U+07FF, which UTF-8 writes in two bytes.
unsigned small(unsigned c) {
  if (is_between(c, 0xC0, 0xDE) && c != 0xD7) return c + 0x20;                         // Latin-1
  if (c == 0x178) return 0xFF;                                                         // Ÿ
  if (is_between(c, 0x139, 0x148) || is_between(c, 0x179, 0x17E)) return c + (c & 1);  // Ĺ ĺ …
  if (is_between(c, 0x100, 0x137) || is_between(c, 0x14A, 0x177)) return c | 1;        // Ā ā …
  if (is_between(c, 0x391, 0x3AB)) return c + 0x20;                                    // Greek
  if (is_between(c, 0x410, 0x42F)) return c + 0x20;                                    // Cyrillic
  if (is_between(c, 0x400, 0x40F)) return c + 0x50;
  return c;
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool is_pair = byte >= 0xC2 && byte <= 0xDF && valid_utf8_size(text.substr(at, 2)) == 2;
    if (is_pair) {
      const auto next = static_cast<unsigned char>(text[++at]);
      const unsigned c = small((byte & 0x1FU) << 6 | (next & 0x3FU));
      folded += static_cast<char>(0xC0 | c >> 6);
      folded += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      folded += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : text[at];
    }
  }
  return folded;
}

}  // namespace cb::upstream_clickup
