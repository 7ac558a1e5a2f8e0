// The output of commands as text: where lines begin, and what is safe on a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "os/growing_file.h"

namespace cb::status {

// Where the last `lines` lines of the first `size` bytes begin. A last line without its end counts.
int64_t offset_of_last_lines(const os::GrowingFile& file, int64_t size, int64_t lines);

// The last line that is not blank, printable and at most 200 bytes of it; "" when there is none
// near the end.
std::string last_line(const os::GrowingFile& file);

// A stream of bytes made safe for a terminal: line ends and TABs stay, a carriage return becomes a
// line end, and everything else that could steer the terminal becomes U+FFFD.
class SafeText {
 public:
  // What can be shown of the stream after `bytes` more; keeps back a character or line end that has
  // only begun.
  std::string add(std::string_view bytes);
  std::string finish();  // what was kept back

 private:
  std::string kept_;
};

}  // namespace cb::status
