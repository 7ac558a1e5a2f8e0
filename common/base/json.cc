#include "base/json.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace cb {

namespace {

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The library looks at one byte after another, and most text has nothing to escape.
void append_string(std::string& line, const std::string& text) {
  if (plain_size(text) < text.size()) {
    line += dump(text);
    return;
  }
  line.reserve(line.size() + text.size() + 8);
  line += '"';
  line += text;
  line += '"';
}

void append(std::string& line, const Json& value) {
  if (value.is_string()) {
    append_string(line, value.get_ref<const std::string&>());
  } else if (value.is_object()) {
    char before = '{';
    for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
      line += std::exchange(before, ',');
      append_string(line, name);
      line += ':';
      append(line, member);
    }
    line += before == '{' ? "{}" : "}";
  } else if (value.is_array()) {
    char before = '[';
    for (const auto& element : value) {
      line += std::exchange(before, ',');
      append(line, element);
    }
    line += before == '[' ? "[]" : "]";
  } else {
    line += dump(value);
  }
}

void append_escaped(std::string& line, char c) {
  static constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt";
  static constexpr char kHex[] = "0123456789abcdef";
  for (size_t i = 0; i < kShort.size(); i += 2)
    if (kShort[i] == c) {
      line += '\\';
      line += kShort[i + 1];
      return;
    }
  line += "\\u00";
  line += kHex[(c >> 4) & 15];
  line += kHex[c & 15];
}

}  // namespace

void append_json_string(std::string& line, std::string_view text) {
  line += '"';
  while (true) {
    const auto plain = plain_size(text);
    line += text.substr(0, plain);
    if (plain == text.size()) break;
    const char c = text[plain];
    if ((c >= 0 && c < ' ') || c == '"' || c == '\\')
      append_escaped(line, c);
    else
      line += c;
    text.remove_prefix(plain + 1);
  }
  line += '"';
}

std::string to_line(const Json& value) {
  std::string line;
  append(line, value);
  return line;
}

std::string pointer(std::string_view path, std::string_view name) {
  std::string text(path);
  text += '/';
  for (const char c : name) {
    if (c == '~') {
      text += "~0";
    } else if (c == '/') {
      text += "~1";
    } else {
      text += c;
    }
  }
  return text;
}

void refuse_unknown_members(const Json& object, std::string_view path,
                            std::span<const std::string> known) {
  for (const auto& [name, value] : object.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string line = printable(pointer(path, excerpt(name, 80))) + ": unknown member \"" +
                       excerpt(name, 80) + "\"";
    if (const auto near = closest(name, known)) line += "; did you mean \"" + *near + "\"?";
    throw Error(Fault::data, line);
  }
}

std::string type_name(const Json& value) { return value.type_name(); }

}  // namespace cb
