#include "os/numbered.h"

#include <unistd.h>

#include <algorithm>

namespace cb::os {
namespace {

constexpr size_t kLongestExtension = 32;

// Not in the middle of a character.
std::string cut_to(std::string text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 1 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace

std::string numbered_name(int directory, const std::string& name, int number) {
  if (number == 1) return name;
  const size_t dot = name.rfind('.');
  const bool has_extension = dot != name.npos && dot > 0 && name.size() - dot <= kLongestExtension;
  const std::string stem = has_extension ? name.substr(0, dot) : name;
  const std::string end =
      " (" + std::to_string(number) + ")" + (has_extension ? name.substr(dot) : "");
  const long limit = fpathconf(directory, _PC_NAME_MAX);
  const size_t longest = limit > 0 ? static_cast<size_t>(limit) : 255;
  return cut_to(stem, std::max(longest, end.size() + 1) - end.size()) + end;
}

}  // namespace cb::os
