#include "base/json.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace cb {

std::string to_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
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
