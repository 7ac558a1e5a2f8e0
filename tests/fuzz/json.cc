// parse_json against nlohmann's own parser: the same texts, the same values.
#include "base/json.h"

#include <optional>

#include "base/error.h"
#include "fuzz.h"

namespace cb::fuzz {
namespace {

// What nlohmann lets pass and cb refuses.
bool is_stricter(std::string_view cause) {
  return cause.find("duplicate member ") != std::string_view::npos ||
         cause.find("nested deeper than ") != std::string_view::npos;
}

void require_place(std::string_view cause) {
  require_printable(cause);
  require(cause.starts_with("line ") && cause.find(", column ") < 24, "it says where", cause);
}

std::optional<Json> parse_by_oracle(std::string_view text, Comments comments) {
  Json value = Json::parse(text, nullptr, false, comments == Comments::allowed);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

void require_round_trip(const Json& value) {
  const std::string line = to_line(value);
  require(line == value.dump(-1, ' ', false, Json::error_handler_t::replace),
          "it is written as the library writes it", line);
  require(line.find('\n') == std::string::npos, "a value is one line", line);
  const Json again = parse_json(line);
  require(again == value, "a value survives being written", line);
  require(to_line(again) == line, "writing again changes nothing", line);
}

void check(std::string_view text, Comments comments) {
  // To the oracle a NUL ends the text, and a carriage return a comment.
  const std::string_view strange =
      comments == Comments::allowed ? std::string_view("\0\r", 2) : std::string_view("\0", 1);
  const bool has_oracle = text.find_first_of(strange) == std::string_view::npos;
  std::optional<Json> wanted;
  if (has_oracle) wanted = parse_by_oracle(text, comments);
  try {
    const Json value = parse_json(text, comments);
    require(!has_oracle || wanted, "the oracle takes it too", text);
    require(!wanted || (*wanted == value && to_line(*wanted) == to_line(value)),
            "it is the oracle's value", text);
    require_round_trip(value);
  } catch (const Error& error) {
    require_place(error.what());
    require(!wanted || is_stricter(error.what()), "the oracle refuses it too", error.what());
  }
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  cb::fuzz::Input input(data, size);
  const std::string_view text = input.take_rest();
  cb::fuzz::check(text, cb::Comments::refused);
  cb::fuzz::check(text, cb::Comments::allowed);
  return 0;
}
