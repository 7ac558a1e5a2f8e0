// A command's output on its way to a terminal: safe, and the same however it is cut.
#include "log_text.h"

#include "fuzz.h"

namespace cb::fuzz {
namespace {

std::string shown(std::string_view bytes, size_t step) {
  status::SafeText safe;
  std::string text;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
    text += safe.add(bytes.substr(0, step));
  }
  return text + safe.finish();
}

void check(std::string_view bytes, size_t step) {
  const std::string text = shown(bytes, bytes.size() + 1);
  for (const char c : text) {
    require(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t', "nothing steers",
            text);
  }
  require(is_valid_utf8(text), "it is valid UTF-8", text);
  require(shown(bytes, step) == text, "it does not matter how it is cut", text);
  require(shown(text, step) == text, "what is safe stays as it is", text);
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  cb::fuzz::Input input(data, size);
  const size_t step = 1 + input.take_byte() % 16u;
  cb::fuzz::check(input.take_rest(), step);
  return 0;
}
