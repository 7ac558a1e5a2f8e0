// The content of a file, known again: XXH3 with 128 bits. It tells whether bytes are the same; it
// is no protection against somebody who makes two files of one digest on purpose.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace cb {

class Digest {
 public:
  Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  ~Digest();

  void add(std::string_view bytes);
  std::string hex() const;  // of all that was added: 32 lower-case hexadecimal digits

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cb
