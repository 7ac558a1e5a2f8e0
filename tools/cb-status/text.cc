#include "text.h"

#include <algorithm>

#include "base/text.h"

namespace cb::status {

cli::Style state_style(std::string_view state) {
  if (state == "succeeded") return cli::Style::good;
  if (state == "failed") return cli::Style::bad;
  if (state == "running") return cli::Style::busy;
  if (state == "canceled") return cli::Style::dim;
  return cli::Style::plain;
}

Duration age(Instant since, Instant now) { return std::max(now - since, Duration::zero()); }

std::string describe_time(Instant at, Instant now) {
  const auto distance =
      at > now ? "in " + describe_duration(at - now) : describe_duration(now - at) + " ago";
  return format_rfc3339(at) + " (" + distance + ")";
}

std::string describe_outcome(const state::RunRow& run) {
  if (!run.outcome) return "running";
  std::string text(model::to_string(*run.outcome));
  if (run.exit) text += ", exit " + std::to_string(*run.exit);
  if (run.signal) text += ", signal " + std::to_string(*run.signal);
  return text;
}

void print_line(std::string_view label, std::string_view value, cli::Style style, bool color) {
  constexpr size_t kWidth = 12;
  std::string line = printable(label);
  line.resize(std::max(kWidth, line.size() + 1), ' ');
  cli::print(line + cli::styled(printable(value), style, color) + "\n");
}

}  // namespace cb::status
