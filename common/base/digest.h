// Content, known again: XXH3 with 128 bits. It tells whether bytes are the same; it is no
// protection against somebody who makes two contents of one digest on purpose.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cb {

// In the canonical form, high half first: the same on every machine, and what xxh128sum prints.
struct Hash128 {
  std::array<uint8_t, 16> bytes{};
  auto operator<=>(const Hash128&) const = default;
};

Hash128 hash128(std::string_view bytes);

// The same of what comes in pieces.
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

template <>
struct std::hash<cb::Hash128> {
  size_t operator()(const cb::Hash128& value) const noexcept;
};
