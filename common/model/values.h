// What conditions and placeholders may name: the values of one task and, once prepared, of its run.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"
#include "model/handler.h"
#include "model/task.h"

namespace cb::model {

// Refers to the task and the run, which must outlive it. Parses the fields once, when the first is
// asked for.
class Values {
 public:
  explicit Values(const Task& task, const RunValues* run = nullptr) : task_(task), run_(run) {}

  // {file} has no value now, nor when a run is prepared.
  void lack_file() { lacks_file_ = true; }

  // "fields.Client" → "Client"; nullopt for a name of another form.
  static std::optional<std::string_view> field_name(std::string_view name);

  // nullptr when the task has no such field, or null.
  const Json* field(std::string_view name) const;
  // What a placeholder of that name stands for; nullopt when it has no value.
  std::optional<std::string> text(std::string_view name) const;
  const Task& task() const { return task_; }

 private:
  std::optional<std::string> run_text(std::string_view name) const;

  const Task& task_;
  const RunValues* run_;
  bool lacks_file_ = false;
  mutable std::optional<Json> fields_;
};

bool is_placeholder(std::string_view name);

// The functions of handler.h, with values that are at hand.
const Handler* find_handler(std::span<const Handler> handlers, const Values& values);
std::variant<std::string, Missing> expand(std::string_view text, const Values& values);

}  // namespace cb::model
