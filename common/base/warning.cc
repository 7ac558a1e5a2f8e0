#include "base/warning.h"

#include <utility>

namespace cb {
namespace {

std::function<void(const std::string&)>& listener() {
  static std::function<void(const std::string&)> tell;
  return tell;
}

}  // namespace

void warn(const std::string& line) {
  if (listener()) listener()(line);
}

void on_warning(std::function<void(const std::string&)> tell) { listener() = std::move(tell); }

}  // namespace cb
