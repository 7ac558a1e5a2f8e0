#include "model/values.h"

#include <algorithm>
#include <array>

namespace cb::model {
namespace {

constexpr std::string_view kFieldPrefix = "fields.";
constexpr std::array<std::string_view, 9> kTaskNames = {
    "id", "source", "task", "title", "kind", "status", "url", "due", "priority"};
constexpr std::array<std::string_view, 6> kRunNames = {"file", "run",       "attempt",
                                                       "work", "artifacts", "config_dir"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

bool is_list_of_texts(const Json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const Json& each) { return each.is_string(); });
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!is_list_of_texts(value)) return to_line(value);
  std::string text;
  for (const Json& each : value) {
    if (&each != &value.front()) text += ',';
    text += each.get_ref<const std::string&>();
  }
  return text;
}

}  // namespace

std::optional<std::string_view> Values::field_name(std::string_view name) {
  if (!name.starts_with(kFieldPrefix) || name.size() == kFieldPrefix.size()) return std::nullopt;
  return name.substr(kFieldPrefix.size());
}

const Json* Values::field(std::string_view name) const {
  if (!fields_) fields_ = fields_of(task_);
  for (const auto& [each, value] : fields_->get_ref<const Json::object_t&>()) {
    if (each == name) return value.is_null() ? nullptr : &value;
  }
  return nullptr;
}

std::optional<std::string> Values::text(std::string_view name) const {
  if (const auto field_part = field_name(name)) {
    const Json* value = field(*field_part);
    if (value == nullptr) return std::nullopt;
    return text_of(*value);
  }
  if (is_one_of(name, kRunNames)) return run_text(name);
  if (name == "id") return task_.name.id;
  if (name == "source") return task_.name.source;
  if (name == "task") return to_string(task_.name);
  if (name == "title") return task_.title;
  if (name == "priority") return std::to_string(task_.priority);
  if (name == "kind") return unless_empty(task_.kind);
  if (name == "status") return unless_empty(task_.status);
  if (name == "url") return unless_empty(task_.url);
  if (name == "due" && task_.due) return format_rfc3339(*task_.due);
  return std::nullopt;
}

std::optional<std::string> Values::run_text(std::string_view name) const {
  if (name == "file" && lacks_file_) return std::nullopt;
  if (run_ == nullptr) return "";
  if (name == "file") return unless_empty(run_->file);
  if (name == "run") return unless_empty(run_->run);
  if (name == "work") return unless_empty(run_->work);
  if (name == "artifacts") return unless_empty(run_->artifacts);
  if (name == "config_dir") return unless_empty(run_->config_dir);
  return std::to_string(run_->attempt);
}

bool is_placeholder(std::string_view name) {
  return is_one_of(name, kTaskNames) || is_one_of(name, kRunNames) || Values::field_name(name);
}

}  // namespace cb::model
