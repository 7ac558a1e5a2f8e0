#include "cli/output.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/text.h"
#include "cli/progress.h"
#include "os/env.h"

namespace cb::cli {
namespace {

int write_error = 0;  // the first errno of stdout: later ones are its consequences

void remember_failure() {
  if (write_error == 0) write_error = errno == 0 ? EIO : errno;
}

const char* sequence(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::good:
      return "\033[32m";
    case Style::bad:
      return "\033[31m";
    case Style::busy:
      return "\033[33m";
    case Style::dim:
      return "\033[2m";
    case Style::strong:
      return "\033[1m";
  }
  return "";
}

void say(const std::string& tool, std::string_view line) {
  wipe_progress();
  std::fprintf(stderr, "%s: %s\n", tool.c_str(), printable(line).c_str());
}

}  // namespace

std::string styled(std::string_view text, Style style, bool color) {
  if (!color || style == Style::plain || text.empty()) return std::string(text);
  return sequence(style) + std::string(text) + "\033[0m";
}

bool use_color(Color wanted, int fd) {
  if (wanted != Color::automatic) return wanted == Color::always;
  if (os::environment("NO_COLOR") || os::environment("TERM") == "dumb") return false;
  return os::is_terminal(fd);
}

Messages::Messages(std::string tool, const CommonOptions& options)
    : tool_(std::move(tool)), quiet_(options.quiet), verbose_(options.verbose) {}

void Messages::problem(std::string_view line) const { say(tool_, line); }

void Messages::note(std::string_view line) const {
  if (!quiet_) say(tool_, line);
}

void Messages::detail(std::string_view line) const {
  if (verbose_) say(tool_, line);
}

void print(std::string_view text) {
  if (write_error != 0) return;
  wipe_progress();
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) remember_failure();
}

void flush() {
  if (write_error != 0) return;
  errno = 0;
  if (std::fflush(stdout) != 0) remember_failure();
}

std::string output_failure() {
  return write_error == 0 || write_error == EPIPE ? "" : std::strerror(write_error);
}

bool is_output_closed() { return write_error == EPIPE; }

}  // namespace cb::cli
