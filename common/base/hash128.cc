#include "base/hash128.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

namespace cb {

Hash128 hash128(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  Hash128 hash;
  std::memcpy(hash.bytes.data(), canonical.digest, hash.bytes.size());
  return hash;
}

}  // namespace cb

size_t std::hash<cb::Hash128>::operator()(const cb::Hash128& value) const noexcept {
  size_t part = 0;
  std::memcpy(&part, value.bytes.data(), sizeof part);
  return part;
}
