#include "base/digest.h"

#include <gtest/gtest.h>

namespace cb {
namespace {

std::string digest_of(std::string_view bytes) {
  Digest digest;
  digest.add(bytes);
  return digest.hex();
}

// What xxh128sum of xxHash 0.8 prints; it must never change, as stores remember it.
TEST(Digest, IsXxh3With128Bits) {
  EXPECT_EQ(digest_of(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(digest_of("abc"), "06b05ab6733a618578af5f94892f3950");
}

TEST(Digest, DoesNotDependOnHowTheBytesCome) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 7 + i / 256);

  Digest pieces;
  for (size_t at = 0, size = 1; at < bytes.size(); at += size, size = size * 2 + 1) {
    pieces.add(std::string_view(bytes).substr(at, size));
    pieces.add("");
    if (at + size >= bytes.size()) break;
  }

  EXPECT_EQ(pieces.hex(), digest_of(bytes));
}

TEST(Digest, MayBeAskedInBetween) {
  Digest digest;
  digest.add("ab");
  EXPECT_EQ(digest.hex(), digest_of("ab"));

  digest.add("c");

  EXPECT_EQ(digest.hex(), digest_of("abc"));
}

TEST(Digest, IsAnotherOneForEachChange) {
  EXPECT_NE(digest_of("abc"), digest_of("abd"));
  EXPECT_NE(digest_of("abc"), digest_of("abc\n"));
  EXPECT_NE(digest_of(std::string(1, '\0')), digest_of(std::string(2, '\0')));
}

}  // namespace
}  // namespace cb
