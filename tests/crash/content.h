// What dropped files hold: bytes that tell who they are and whether they are all there.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace cb::crash {

// As zlib has it, so that scripts can write such files too.
inline uint32_t crc32(std::string_view bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

// "ID [fail]", lines of nothing, and "sum CRC" of all before.
inline std::string make_content(const std::string& id, size_t lines, bool does_fail = false) {
  std::string text = id + (does_fail ? " fail\n" : "\n");
  for (size_t line = 0; line < lines; ++line)
    text += "line " + std::to_string(line) + " of " + id + '\n';
  std::array<char, 32> sum{};
  std::snprintf(sum.data(), sum.size(), "sum %08x\n", crc32(text));
  return text + sum.data();
}

struct Content {
  std::string id;
  bool does_fail = false;
};

// nullopt unless it is there from the first byte to the last.
inline std::optional<Content> parse_content(std::string_view text) {
  constexpr size_t kSumLine = 13;
  if (text.size() <= kSumLine) return std::nullopt;
  const auto body = text.substr(0, text.size() - kSumLine);
  std::array<char, 32> sum{};
  std::snprintf(sum.data(), sum.size(), "sum %08x\n", crc32(body));
  if (text.substr(body.size()) != sum.data()) return std::nullopt;
  const auto first = body.substr(0, body.find('\n'));
  const auto blank = first.find(' ');
  return Content{.id = std::string(first.substr(0, blank)),
                 .does_fail = blank != std::string_view::npos};
}

}  // namespace cb::crash
