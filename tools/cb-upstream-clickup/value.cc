#include "value.h"

#include "base/text.h"

namespace cb::upstream_clickup {

const Json* member(const Json& value, const char* name) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(name);
  return found == value.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const Json* value) {
  if (!value) return "";
  if (value->is_string()) return value->get<std::string>();
  return value->is_number() ? to_line(*value) : "";
}

std::string text_of(const Json& value, const char* name) { return text_of(member(value, name)); }

std::optional<int64_t> integer_of(const Json* value) {
  if (!value) return std::nullopt;
  if (value->is_number_unsigned() && *value > INT64_MAX) return std::nullopt;
  if (value->is_number_integer()) return value->get<int64_t>();
  return value->is_string() ? parse_integer(value->get_ref<const std::string&>()) : std::nullopt;
}

std::optional<Instant> instant_of(const Json* value) {
  constexpr int64_t kFirst = -62'135'424'000'000, kEnd = 253'402'128'000'000;
  const auto millis = integer_of(value);
  if (!millis || *millis < kFirst || *millis >= kEnd) return std::nullopt;
  return from_millis(*millis);
}

bool is_true(const Json* value) {
  return value && (*value == true || *value == "true" || *value == 1 || *value == "1");
}

const std::vector<Json>& items_of(const Json* value) {
  static const std::vector<Json> kNone;
  const auto* items = value ? value->get_ptr<const Json::array_t*>() : nullptr;
  return items ? *items : kNone;
}

}  // namespace cb::upstream_clickup
