#include "trace.h"

#include "base/text.h"
#include "value.h"

namespace cb::upstream_clickup {
namespace {

constexpr size_t kUlid = 26, kUlidTime = 10;  // characters, of which the first are the time

std::string hex16(uint64_t value) {
  std::string text(16, '0');
  for (size_t i = text.size(); i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  return text;
}

// The parts of a rich comment are one text.
std::string text_in(const Json& comment) {
  std::string text;
  for (const Json& part : items_of(member(comment, "comment"))) text += text_of(part, "text");
  return text;
}

bool is_by(const Json& value, const std::string& user) {
  const Json* by = member(value, "user");
  return user.empty() || !by || text_of(*by, "id") == user;
}

}  // namespace

std::string marker_of(std::string_view op) { return "ref cb-" + hex16(hash64(op)); }

std::string with_marker(const std::string& text, std::string_view op) {
  const std::string_view gap = text.ends_with('\n') ? "\n" : "\n\n";
  return text + std::string(gap) + marker_of(op);
}

bool has_marker(const Json& comment, std::string_view marker, const std::string& user) {
  const bool is_there = text_of(comment, "comment_text").find(marker) != std::string::npos ||
                        text_in(comment).find(marker) != std::string::npos;
  return is_there && is_by(comment, user);
}

std::optional<Instant> decided_at(std::string_view op) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford's base 32
  if (op.starts_with("op-")) op.remove_prefix(3);
  if (op.size() != kUlid || op.find_first_not_of(kDigits) != std::string_view::npos ||
      op[0] > '7') {
    return std::nullopt;
  }
  int64_t millis = 0;
  for (const char c : op.substr(0, kUlidTime)) {
    millis = millis * 32 + static_cast<int64_t>(kDigits.find(c));
  }
  return from_millis(millis);
}

bool is_file(const Json& attachment, const SoughtFile& file) {
  if (text_of(attachment, "title") != file.name) return false;
  const auto size = integer_of(member(attachment, "size"));
  if (!size || static_cast<uint64_t>(*size) != file.size) return false;
  const auto at = instant_of(member(attachment, "date"));
  return !file.not_before || !at || *at >= *file.not_before;
}

}  // namespace cb::upstream_clickup
