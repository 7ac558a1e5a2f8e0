#include "base/digest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

namespace cb {
namespace {

Hash128 canonical(XXH128_hash_t value) {
  XXH128_canonical_t form;
  XXH128_canonicalFromHash(&form, value);
  Hash128 hash;
  std::memcpy(hash.bytes.data(), form.digest, hash.bytes.size());
  return hash;
}

}  // namespace

Hash128 hash128(std::string_view bytes) {
  return canonical(XXH3_128bits(bytes.data(), bytes.size()));
}

struct Digest::State {
  XXH3_state_t xxh;
};

Digest::Digest() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->xxh); }

Digest::~Digest() = default;

void Digest::add(std::string_view bytes) {
  if (!bytes.empty()) XXH3_128bits_update(&state_->xxh, bytes.data(), bytes.size());
}

std::string Digest::hex() const {
  std::string text;
  for (const auto byte : canonical(XXH3_128bits_digest(&state_->xxh)).bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace cb

size_t std::hash<cb::Hash128>::operator()(const cb::Hash128& value) const noexcept {
  size_t part = 0;
  std::memcpy(&part, value.bytes.data(), sizeof part);
  return part;
}
