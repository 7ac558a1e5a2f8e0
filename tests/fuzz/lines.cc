// Input cut into lines, against cutting it in memory; long lines are written as a byte and a count.
#include "lines.h"

#include <sys/mman.h>
#include <unistd.h>

#include <vector>

#include "fuzz.h"

namespace cb::fuzz {
namespace {

using Line = poll::Lines::Line;

// A file without a name.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : fd_(memfd_create("lines", MFD_CLOEXEC)) {
    require(fd_ >= 0, "there is memory for a file");
    while (!bytes.empty()) {
      const ssize_t written = write(fd_, bytes.data(), bytes.size());
      require(written > 0, "there is memory for its bytes");
      bytes.remove_prefix(static_cast<size_t>(written));
    }
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(fd_); }

  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

// 0xFF COUNT BYTE stands for BYTE about COUNT/128 MiB times; millions of empty lines would only be
// slow.
std::string unpacked(Input& input) {
  constexpr size_t kStep = poll::Lines::kLongest / 128;
  std::string text;
  while (!input.is_empty() && text.size() < 2 * poll::Lines::kLongest) {
    const uint8_t byte = input.take_byte();
    if (byte != 0xFF) {
      text += static_cast<char>(byte);
      continue;
    }
    const size_t count = kStep * input.take_byte();
    const char repeated = static_cast<char>(input.take_byte());
    text.append(repeated == '\n' ? 1 : count, repeated);
  }
  return text;
}

std::vector<Line> cut(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const bool is_too_long = end > poll::Lines::kLongest;
    lines.push_back({is_too_long ? Line::Kind::too_long : Line::Kind::text,
                     is_too_long ? "" : std::string(text.substr(0, end))});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void check(const std::string& text) {
  const MemoryFile file(text);
  poll::Lines lines(file.path());
  int64_t number = 0;
  for (const Line& wanted : cut(text)) {
    const Line line = lines.next(std::nullopt);
    require(line.kind == wanted.kind, "a line is as long as it is", wanted.text);
    require(line.kind != Line::Kind::text || line.text == wanted.text,
            "a line is what stands between two ends", line.text);
    require(lines.number() == ++number, "lines are counted");
  }
  require(lines.next(std::nullopt).kind == Line::Kind::end, "then comes the end");
  require(lines.taken() == text.size(), "every byte was read");
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  cb::fuzz::Input input(data, size);
  cb::fuzz::check(cb::fuzz::unpacked(input));
  return 0;
}
