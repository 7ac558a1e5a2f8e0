// Which of many blocks have the same bytes: XXH3 with 128 bits.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace cb {

// In the canonical form, high half first: the same on every machine, and what xxh128sum prints.
struct Hash128 {
  std::array<uint8_t, 16> bytes{};
  auto operator<=>(const Hash128&) const = default;
};

// Equal for equal bytes; no protection against somebody who makes two texts of one hash on purpose.
Hash128 hash128(std::string_view bytes);

}  // namespace cb

template <>
struct std::hash<cb::Hash128> {
  size_t operator()(const cb::Hash128& value) const noexcept;
};
