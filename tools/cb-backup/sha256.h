// SHA-256, as sha256sum prints it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace cb::backup {

class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();

  void add(std::string_view bytes);
  std::string hex();  // of all that was added; the last call

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256(std::string_view bytes);

}  // namespace cb::backup
