// Patterns of names: what fits is put together again from its parts.
#include "model/name_pattern.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  Input input(data, size);
  const std::string_view pattern = input.take_text();
  const std::string_view name = input.take_rest();
  const auto mistake = cb::model::check_name_pattern(pattern);
  if (mistake) require_printable(*mistake);
  const auto fields = cb::model::fields_from_name(pattern, name);
  if (!fields) return 0;
  require(!mistake, "only what is a pattern fits", pattern);
  for (const auto& [key, value] : *fields) {
    require(!value.empty() && cb::trimmed(value) == value, "a value has no blanks around it",
            value);
    require(name.find(value) != std::string_view::npos, "a value is a part of the name", value);
    require(cb::is_valid_utf8(value), "a value is whole characters", value);
    require(pattern.find("{" + key + "}") != std::string_view::npos, "it was asked for", key);
  }
  return 0;
}
