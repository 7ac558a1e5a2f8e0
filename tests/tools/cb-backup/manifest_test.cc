#include "manifest.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace cb::backup {
namespace {

using ::testing::HasSubstr;

Manifest some() {
  Manifest manifest;
  manifest.id = "20261123T000500Z-a01b7d";
  manifest.kind = Kind::pages;
  manifest.created = from_millis(1'800'000'000'123);
  manifest.host = "a \"host\"";
  manifest.facts = {.schema = 1, .newest_event = 99, .generation = 2, .rows = {{"tasks", 3}}};
  manifest.pages = 31;
  manifest.stored_pages = 4;
  manifest.is_checked = true;
  manifest.pages_sha256 = "abc";
  manifest.parts = {"20261122T230500Z-4f9c2e", manifest.id};
  manifest.files = {{"pages.zst", 416, "def"}};
  return manifest;
}

TEST(Manifest, IsReadAsItWasWritten) {
  const auto text = to_text(some());

  EXPECT_EQ(to_text(parse_manifest(text)), text);
  EXPECT_EQ(parse_manifest(text).facts, some().facts);
}

TEST(Manifest, EveryChangedByteIsNoticed) {
  const auto text = to_text(some());
  for (size_t i = 0; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_THROW(parse_manifest(changed), Error) << i;
  }
}

TEST(Manifest, EveryMissingEndIsNoticed) {
  const auto text = to_text(some());
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_THROW(parse_manifest(text.substr(0, size)), Error) << size;
}

TEST(Manifest, ItsLastPartIsItself) {
  auto manifest = some();
  manifest.parts = {"20261122T230500Z-4f9c2e"};

  EXPECT_THROW(parse_manifest(to_text(manifest)), Error);
}

TEST(Records, AreReadAsTheyWereWritten) {
  const std::vector<Placed> records = {
      {.page = 1, .part = 2, .position = uint64_t{1} << 40, .hash = hash128("a")},
      {.page = 0xfffffffe, .part = 0, .position = 0, .hash = hash128("b")}};

  const auto text = encode(records);

  EXPECT_EQ(text.size(), 64U);
  EXPECT_EQ(encode(decode_records(text)), text);
  EXPECT_EQ(text.substr(0, 8), std::string("\1\0\0\0\2\0\0\0", 8));
  EXPECT_THROW(decode_records(text.substr(1)), Error);
}

TEST(Hashes, AreTheBytesThatXxh128sumPrints) {
  EXPECT_EQ(encode(std::vector{hash128("")}),
            "\x99\xaa\x06\xd3\x01\x47\x98\xd8\x60\x01\xc3\x24\x46\x8d\x49\x7f");
  EXPECT_THROW(decode_hashes("short"), Error);
}

TEST(Sha256, IsThatOfTheStandard) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace cb::backup
