#include "edit.h"

#include <vector>

namespace cb::upstream_file {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// A member of an object, or an element of an array, whose key is its value.
struct Item {
  size_t key, value, end;
};

// How a value is written: `newline` starts each of its lines ("" = all on one), `unit` is one level
// of indentation.
struct Layout {
  std::string newline, unit, colon;

  bool is_one_line() const { return newline.empty(); }
  Layout inner() const { return is_one_line() ? *this : Layout{newline + unit, unit, colon}; }
  std::string comma() const { return is_one_line() && colon.ends_with(' ') ? ", " : ","; }
};

size_t skip_blanks(std::string_view text, size_t at) {
  const size_t end = text.find_first_not_of(kBlanks, at);
  return end == std::string_view::npos ? text.size() : end;
}

// Behind the string that starts at `at`.
size_t skip_string(std::string_view text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

// Behind the value that starts at `at`.
size_t skip_value(std::string_view text, size_t at) {
  if (text[at] == '"') return skip_string(text, at);
  if (text[at] != '{' && text[at] != '[') {
    const size_t end = text.find_first_of(",]} \t\r\n", at);
    return end == std::string_view::npos ? text.size() : end;
  }
  for (int depth = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) break;
  }
  return at;
}

std::vector<Item> items_of(std::string_view text, Place container) {
  std::vector<Item> items;
  size_t at = skip_blanks(text, container + 1);
  while (at < text.size() && text[at] != '}' && text[at] != ']') {
    Item item{.key = at, .value = at, .end = 0};
    if (text[container] == '{') {
      item.value = skip_blanks(text, skip_blanks(text, skip_string(text, at)) + 1);
    }
    item.end = skip_value(text, item.value);
    items.push_back(item);
    at = skip_blanks(text, item.end);
    if (at < text.size() && text[at] == ',') at = skip_blanks(text, at + 1);
  }
  return items;
}

std::optional<Item> find_item(std::string_view text, Place object, std::string_view name) {
  if (text[object] != '{') return std::nullopt;
  for (const Item& item : items_of(text, object)) {
    const auto key = text.substr(item.key, skip_string(text, item.key) - item.key);
    if (parse_json(key).get<std::string>() == name) return item;
  }
  return std::nullopt;
}

std::string blanks_at(std::string_view text, size_t at) {
  return std::string(text.substr(at, skip_blanks(text, at) - at));
}

std::string_view indentation_of_line(std::string_view text, size_t at) {
  const size_t end_of_last = text.substr(0, at).rfind('\n');
  const size_t start = end_of_last == std::string_view::npos ? 0 : end_of_last + 1;
  return text.substr(start, skip_blanks(text, start) - start);
}

// How the items of a container are laid out, from the first one; `colon` is for an array, which has
// none.
Layout layout_of(std::string_view text, Place container, std::string_view colon) {
  Layout layout{.newline = "", .unit = "", .colon = std::string(colon)};
  const std::string gap = blanks_at(text, container + 1);
  const size_t newline = gap.rfind('\n');
  if (newline != std::string::npos) {
    const std::string indentation = gap.substr(newline + 1);
    const std::string_view outer = indentation_of_line(text, container);
    const bool is_deeper = indentation.size() > outer.size() && indentation.starts_with(outer);
    layout.unit = is_deeper ? indentation.substr(outer.size()) : "  ";
    layout.newline = (gap.ends_with("\r\n" + indentation) ? "\r\n" : "\n") + indentation;
  }
  return layout;
}

Layout layout_of_object(std::string_view text, Place object) {
  const Item first = items_of(text, object).front();
  const size_t end = skip_string(text, first.key);
  return layout_of(text, object, text.substr(end, first.value - end));
}

std::string render(const Json& value, const Layout& layout) {
  if (!value.is_structured() || value.empty()) return to_line(value);
  const Layout inner = layout.inner();
  std::string text;
  for (auto item = value.begin(); item != value.end(); ++item) {
    text += text.empty() ? "" : inner.comma();
    text += inner.newline;
    if (value.is_object()) text += to_line(item.key()) + layout.colon;
    text += render(*item, inner);
  }
  const bool is_object = value.is_object();
  return (is_object ? "{" : "[") + text + layout.newline + (is_object ? "}" : "]");
}

std::string replace(std::string_view text, size_t from, size_t to, std::string_view by) {
  return std::string(text.substr(0, from)).append(by).append(text.substr(to));
}

std::string append_element(std::string_view text, const Item& array, const Layout& of_object,
                           const Json& value) {
  const auto items = items_of(text, array.value);
  if (items.empty()) {
    return replace(text, array.value, array.end, render(Json::array({value}), of_object));
  }
  const Item& last = items.back();
  const Layout layout = layout_of(text, array.value, of_object.colon);
  Layout inside = layout;
  const auto sibling = text.substr(last.value, last.end - last.value);
  if (sibling.find('\n') == std::string_view::npos) inside.newline.clear();
  return replace(text, last.end, last.end, layout.comma() + layout.newline + render(value, inside));
}

}  // namespace

Place root(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  return skip_blanks(text, text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
}

std::optional<Place> find_member(std::string_view text, Place object, std::string_view name) {
  const auto item = find_item(text, object, name);
  return item ? std::optional(item->value) : std::nullopt;
}

std::optional<Place> find_element(std::string_view text, Place array, size_t index) {
  if (text[array] != '[') return std::nullopt;
  const auto items = items_of(text, array);
  return index < items.size() ? std::optional(items[index].value) : std::nullopt;
}

std::string set_member(std::string_view text, Place object, std::string_view name,
                       const Json& value) {
  const auto items = items_of(text, object);
  if (items.empty()) {
    return replace(text, object, skip_value(text, object),
                   to_line(Json{{std::string(name), value}}));
  }
  const Layout layout = layout_of_object(text, object);
  if (const auto item = find_item(text, object, name)) {
    return replace(text, item->value, item->end, render(value, layout));
  }
  const std::string member = to_line(name) + layout.colon + render(value, layout);
  return replace(text, items.back().end, items.back().end,
                 layout.comma() + layout.newline + member);
}

std::string append_to_member(std::string_view text, Place object, std::string_view name,
                             const Json& value) {
  const auto item = find_item(text, object, name);
  if (!item) return set_member(text, object, name, Json::array({value}));
  return append_element(text, *item, layout_of_object(text, object), value);
}

}  // namespace cb::upstream_file
