#include "model/name_pattern.h"

#include <algorithm>

#include "base/text.h"

namespace cb::model {
namespace {

// "{A} - *" in pieces.
struct NamePart {
  enum class Kind { text, field, anything, mistake } kind;
  std::string text;  // for itself, the name, or what is wrong
  size_t offset;     // in the pattern
};

NamePart next_name_part(std::string_view text, size_t offset) {
  using Kind = NamePart::Kind;
  const std::string_view rest = text.substr(offset);
  if (rest.starts_with("{{") || rest.starts_with("}}")) {
    return {Kind::text, std::string(rest.substr(0, 1)), offset};
  }
  if (rest[0] == '*') return {Kind::anything, "*", offset};
  if (rest[0] == '}') return {Kind::mistake, "a '}' without '{'; write }} for a brace", offset};
  if (rest[0] != '{') {
    return {Kind::text, std::string(rest.substr(0, rest.find_first_of("{}*"))), offset};
  }
  const size_t end = rest.find_first_of("{}", 1);
  if (end == std::string_view::npos || rest[end] == '{') {
    return {Kind::mistake, "a '{' that is not closed; write {{ for a brace", offset};
  }
  return {Kind::field, std::string(rest.substr(1, end - 1)), offset};
}

size_t size_in_pattern(const NamePart& part, std::string_view text) {
  if (part.kind == NamePart::Kind::field) return part.text.size() + 2;
  const char first = text[part.offset];
  return first == '{' || first == '}' ? 2 : part.text.size();
}

// Up to the first mistake, which is the last part then.
std::vector<NamePart> name_parts(std::string_view text) {
  std::vector<NamePart> parts;
  for (size_t offset = 0; offset < text.size();) {
    parts.push_back(next_name_part(text, offset));
    if (parts.back().kind == NamePart::Kind::mistake) break;
    offset += size_in_pattern(parts.back(), text);
  }
  return parts;
}

bool is_open(const NamePart& part) {
  return part.kind == NamePart::Kind::field || part.kind == NamePart::Kind::anything;
}

std::optional<std::string> mistake_of_name(std::string_view name) {
  if (name.empty()) return "{} needs the name of a field";
  if (!is_valid_utf8(name)) return "the name of a field is not valid UTF-8";
  if (printable(name) != name) return "a control character in the name of a field";
  return std::nullopt;
}

std::optional<std::string> mistake_at(std::span<const NamePart> parts, size_t at) {
  const NamePart& part = parts[at];
  if (part.kind == NamePart::Kind::mistake) return part.text;
  if (is_open(part) && at > 0 && is_open(parts[at - 1])) {
    return "nothing between two placeholders tells where the first ends; put text between them";
  }
  if (part.kind != NamePart::Kind::field) return std::nullopt;
  if (auto mistake = mistake_of_name(part.text)) return mistake;
  const auto is_same = [&](const NamePart& other) {
    return other.kind == NamePart::Kind::field && other.text == part.text;
  };
  if (std::any_of(parts.begin(), parts.begin() + static_cast<ptrdiff_t>(at), is_same)) {
    return "{" + excerpt(part.text, 80) + "} stands there twice";
  }
  return std::nullopt;
}

bool has_at(std::string_view text, size_t offset, std::string_view part) {
  return text.size() - offset >= part.size() &&
         equal_ignoring_case(text.substr(offset, part.size()), part);
}

// Which rests of the name the parts from one on fit: a table, so that no name and no pattern makes
// it go back and forth.
class Fitting {
 public:
  Fitting(std::span<const NamePart> parts, std::string_view name)
      : parts_(parts), name_(name), width_(name.size() + 1), fits_((parts.size() + 1) * width_) {
    set(parts.size(), name.size(), true);
    for (size_t part = parts.size(); part-- > 0;) fill(part);
  }

  bool fits(size_t part, size_t offset) const { return fits_[part * width_ + offset]; }

  // Where the part that begins there ends: as early as the rest allows.
  size_t end_of(size_t part, size_t offset) const {
    if (!is_open(parts_[part])) return offset + parts_[part].text.size();
    size_t end = offset;
    if (parts_[part].kind == NamePart::Kind::field) {
      while (is_blank(end)) ++end;
      ++end;
    }
    while (!is_end(part, end)) ++end;
    return end;
  }

 private:
  void set(size_t part, size_t offset, bool fits) { fits_[part * width_ + offset] = fits; }
  bool is_blank(size_t offset) const {
    return offset < name_.size() && trimmed(name_.substr(offset, 1)).empty();
  }
  bool is_boundary(size_t offset) const {
    return offset == name_.size() || (static_cast<unsigned char>(name_[offset]) & 0xC0) != 0x80;
  }
  bool is_end(size_t part, size_t end) const { return is_boundary(end) && fits(part + 1, end); }

  void fill(size_t part) {
    if (!is_open(parts_[part])) {
      const std::string& text = parts_[part].text;
      for (size_t offset = 0; offset + text.size() <= name_.size(); ++offset) {
        set(part, offset, fits(part + 1, offset + text.size()) && has_at(name_, offset, text));
      }
      return;
    }
    const bool is_field = parts_[part].kind == NamePart::Kind::field;
    bool ends_later = false;  // further to the right
    for (size_t offset = name_.size() + 1; offset-- > 0;) {
      const bool ends_here = is_end(part, offset);
      // A field has something besides blanks.
      const bool begins = is_field && is_blank(offset) ? fits(part, offset + 1) : ends_later;
      set(part, offset, begins || (!is_field && ends_here));
      ends_later = ends_later || ends_here;
    }
  }

  std::span<const NamePart> parts_;
  std::string_view name_;
  size_t width_;
  std::vector<bool> fits_;
};

}  // namespace

std::optional<std::string> check_name_pattern(std::string_view text) {
  if (text.empty()) return "it is empty";
  const auto parts = name_parts(text);
  for (size_t at = 0; at < parts.size(); ++at) {
    if (auto mistake = mistake_at(parts, at)) {
      return "column " + std::to_string(parts[at].offset + 1) + ": " + *mistake;
    }
  }
  return std::nullopt;
}

std::optional<std::vector<std::pair<std::string, std::string>>> fields_from_name(
    std::string_view pattern, std::string_view name) {
  if (check_name_pattern(pattern) || !is_valid_utf8(name)) return std::nullopt;
  const auto parts = name_parts(pattern);
  const Fitting fitting(parts, name);
  if (!fitting.fits(0, 0)) return std::nullopt;
  std::vector<std::pair<std::string, std::string>> fields;
  size_t offset = 0;
  for (size_t part = 0; part < parts.size(); ++part) {
    const size_t end = fitting.end_of(part, offset);
    if (parts[part].kind == NamePart::Kind::field) {
      fields.emplace_back(parts[part].text, trimmed(name.substr(offset, end - offset)));
    }
    offset = end;
  }
  return fields;
}

}  // namespace cb::model
