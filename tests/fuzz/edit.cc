// Changes inside a JSON text: the value changes as asked, and nothing else does.
#include "edit.h"

#include "base/error.h"
#include "fuzz.h"

namespace cb::fuzz {
namespace {

using upstream_file::Place;

Json value_of(Input& input) {
  const std::string text = printable(input.take_text());
  switch (text.size() % 4) {
    case 0:
      return text;
    case 1:
      return {{"id", text}, {"at", nullptr}};
    case 2:
      return Json::array({text, Json::object()});
    default:
      return 1.5;
  }
}

// How many bytes two texts share at their ends, of at most those of the shorter.
size_t shared_bytes(std::string_view a, std::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  size_t head = 0, tail = 0;
  while (head < most && a[head] == b[head]) ++head;
  while (head + tail < most && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  return head + tail;
}

void check_set(std::string_view text, Place object, std::string_view name, const Json& value,
               const Json& wanted, bool is_inserted) {
  const std::string edited = upstream_file::set_member(text, object, name, value);
  require(parse_json(edited) == wanted, "a member is set, others and their order stay", edited);
  require(edited.starts_with(text.substr(0, object)), "what stands before it stays", edited);
  require(!is_inserted || shared_bytes(text, edited) == text.size(), "a new one is only inserted",
          edited);
  require(upstream_file::set_member(edited, object, name, value) == edited,
          "setting it again changes nothing", edited);
}

void check_append(std::string_view text, Place object, std::string_view name, const Json& value,
                  const Json& wanted, bool is_filled) {
  const std::string edited = upstream_file::append_to_member(text, object, name, value);
  require(parse_json(edited) == wanted, "an element is added, all else stays", edited);
  require(!is_filled || shared_bytes(text, edited) == text.size(), "it is only inserted", edited);
}

void check_object(std::string_view text, Place object, const Json& root,
                  const Json::json_pointer& at, std::string_view name, const Json& value) {
  const std::string key(name);
  const bool is_new = !root.at(at).contains(key);
  Json wanted = root;
  wanted[at][key] = value;
  // An empty object is written anew.
  check_set(text, object, name, value, wanted, is_new && !root.at(at).empty());
  if (!is_new && !root.at(at)[key].is_array()) return;
  wanted = root;
  Json& list = wanted[at][key];
  if (is_new) list = Json::array();
  list.push_back(value);
  check_append(text, object, name, value, wanted, is_new ? !root.at(at).empty() : list.size() > 1);
}

void check(std::string_view text, std::string_view name, const Json& value) {
  const Json root = parse_json(text);
  const Place start = upstream_file::root(text);
  if (root.is_object()) {
    check_object(text, start, root, Json::json_pointer(), name, value);
    const auto tasks = upstream_file::find_member(text, start, "tasks");
    require(tasks.has_value() == root.contains("tasks"), "a member is found", text);
  }
  if (!root.is_object() || !root.contains("tasks")) return;
  const Json& list = root["tasks"];
  const Place tasks = upstream_file::find_member(text, start, "tasks").value();
  for (size_t i = 0; list.is_array() && i < std::min<size_t>(list.size(), 4); ++i) {
    const auto place = upstream_file::find_element(text, tasks, i);
    require(place.has_value(), "an element is found", text);
    const auto at = Json::json_pointer("/tasks/" + std::to_string(i));
    if (list[i].is_object()) check_object(text, *place, root, at, name, value);
  }
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  Input input(data, size);
  const std::string name = cb::printable(input.take_text());
  const cb::Json value = value_of(input);
  const std::string_view text = input.take_rest();
  try {
    cb::parse_json(text);
  } catch (const cb::Error&) {
    return 0;  // it is for valid JSON only
  }
  check(text, name, value);
  return 0;
}
