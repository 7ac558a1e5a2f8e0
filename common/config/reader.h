// Strict reading of configuration values: each knows its JSON pointer, and what does not fit is
// refused with Error{Fault::data} "POINTER: expected …, not …".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace cb::config {

// A value and where it stands. Refers to the JSON, which must outlive it.
struct Value {
  const Json& json;
  std::string path;  // its JSON pointer; "" for the root
};

// "POINTER: cause"; the cause alone at the root.
[[noreturn]] void refuse(const Value& value, const std::string& cause);
// "expected `expected`, not …", with the value itself where it is short.
[[noreturn]] void refuse_other_than(const Value& value, const std::string& expected);

std::string read_text(const Value& value);  // not empty, without control characters
bool read_flag(const Value& value);
Duration read_duration(const Value& value);
uint64_t read_size(const Value& value);  // "64MB", "1GB": bytes, in steps of 1024
struct Range {
  int least, most;
};
int read_integer(const Value& value, Range range);
double read_number(const Value& value, Range range);
// The position in `words` of the one that is written.
size_t read_word(const Value& value, std::span<const std::string_view> words);
std::vector<Value> read_list(const Value& value);         // may be empty
std::vector<std::string> read_texts(const Value& value);  // the same, of texts

// The members of an object.
class Members {
 public:
  // Refuses what is no object, and the first member that is not in `known`; without `known`, any
  // name is taken.
  explicit Members(const Value& object);
  Members(const Value& object, std::initializer_list<std::string> known);

  std::optional<Value> find(const std::string& name) const;
  Value require(const std::string& name) const;
  std::vector<std::pair<std::string, Value>> all() const;  // in the order written

  // Sets `target` to what `read` makes of the member, if it is there.
  template <typename Target, typename Read>
  void read(const std::string& name, Target& target, Read read_member) const {
    if (const auto member = find(name)) target = read_member(*member);
  }

 private:
  Value object_;
};

}  // namespace cb::config
