#include "model/members.h"

#include "base/error.h"
#include "base/text.h"

namespace cb::model {

Members::Members(const Json& object, std::string path, std::optional<Problem>& problem)
    : object_(object), path_(std::move(path)), problem_(problem) {
  if (object.is_object() || problem_) return;
  const std::string cause = "not an object but " + type_name(object);
  problem_ = Problem{path_.empty() ? cause : path_ + ": " + cause};
}

void Members::refuse_unknown(std::span<const std::string> known) {
  if (!object_.is_object() || problem_) return;
  try {
    refuse_unknown_members(object_, path_, known);
  } catch (const Error& error) {
    problem_ = Problem{error.what()};
  }
}

void Members::refuse(std::string_view name, std::string_view cause) {
  if (!problem_) problem_ = Problem{pointer(path_, name).append(": ").append(cause)};
}

const Json* Members::find(std::string_view name) const {
  const auto* members = object_.get_ptr<const Json::object_t*>();
  if (members == nullptr) return nullptr;
  for (const auto& [each, value] : *members) {
    if (each == name) return value.is_null() ? nullptr : &value;
  }
  return nullptr;
}

std::string Members::text(std::string_view name, size_t limit) {
  const Json* value = find(name);
  if (value == nullptr) return "";
  const auto* text = value->get_ptr<const std::string*>();
  if (text == nullptr) {
    refuse(name, "not a string but " + type_name(*value));
  } else if (has_nul(*text)) {
    refuse(name, "contains a NUL character");
  } else if (text->size() > limit) {
    refuse(name, "longer than " + std::to_string(limit) + " bytes");
  } else {
    return *text;
  }
  return "";
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace cb::model
