#include "flow/own_task.h"

#include <algorithm>

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "model/name_pattern.h"

namespace cb::flow {
namespace {

constexpr size_t kLongestName = 200;
constexpr size_t kDigits = 16;

bool is_plain_name(std::string_view name) { return printable(name) == name; }

std::string cut_at_character(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  return std::string(text.substr(0, valid_utf8_size(text.substr(0, bytes))));
}

// A pattern with a '/' is for the relative name, as a wildcard of "match" is.
std::string_view subject_of(std::string_view pattern, std::string_view file_name) {
  if (pattern.find('/') != std::string_view::npos) return file_name;
  return file_name.substr(file_name.rfind('/') + 1);
}

Json fields_of_name(const config::Watch& watch, std::string_view file_name) {
  auto fields = Json::object();
  for (const auto& pattern : watch.fields) {
    const auto found = model::fields_from_name(pattern, subject_of(pattern, file_name));
    if (!found) continue;
    for (const auto& [name, value] : *found) fields[name] = value;
    break;
  }
  return fields;
}

}  // namespace

std::string own_task_id(std::string_view file_name, std::string_view content) {
  Digest digest;
  digest.add(file_name);
  digest.add(std::string_view("\0", 1));
  digest.add(content);
  const auto name = is_plain_name(file_name) ? std::string(file_name) : file_name_for(file_name);
  return cut_at_character(name, kLongestName) + "@" + digest.hex().substr(0, kDigits);
}

model::Task own_task(const config::Watch& watch, std::string_view file_name,
                     std::string_view content) {
  return {.name = {watch.name, own_task_id(file_name, content)},
          .title = printable(file_name),
          .kind = watch.kind,
          .fields = to_line(fields_of_name(watch, file_name))};
}

}  // namespace cb::flow
