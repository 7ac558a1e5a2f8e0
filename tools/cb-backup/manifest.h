// What a backup says of itself. docs/backup.md describes the format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "compressed.h"
#include "state/soundness.h"

namespace cb::backup {

enum class Kind {
  full,  // all pages
  pages  // those that the full one, and others after it, do not have
};
std::string_view to_string(Kind kind);

inline constexpr const char* kManifest = "manifest.json";
inline constexpr const char* kIndex = "pages.idx";
inline constexpr const char* kImage = "state.db.zst";  // of a full one
inline constexpr const char* kPages = "pages.zst";     // of the others

struct Manifest {
  std::string id;
  Kind kind = Kind::full;
  Instant created;
  std::string host, state_directory;
  std::string tool, sqlite;  // versions
  state::Facts facts;
  uint32_t page_size = 4096;
  uint32_t pages = 0;         // of the whole database
  uint32_t stored_pages = 0;  // in this backup
  bool is_checked = false;    // the database was checked, not the bytes alone
  std::string image_sha256;   // of the whole database; "" unless full
  std::string pages_sha256;   // of the hashes of all pages, in order
  // The backups that hold its pages: the full one, others, and itself as the last.
  std::vector<std::string> parts;
  std::vector<FileSum> files;

  uint64_t image_bytes() const { return uint64_t{page_size} * pages; }
  uint64_t bytes() const;  // of all files but the manifest
};

// One line of JSON, which ends in its own checksum.
std::string to_text(const Manifest& manifest);
// Throws Error{Fault::data} "cause" for what is no manifest, or is not as it was written.
Manifest parse_manifest(std::string_view text);

// The record of a page that is not as the full backup has it.
struct Placed {
  uint32_t page = 0;      // its number, from 1
  uint32_t part = 0;      // which of Manifest::parts has its bytes
  uint64_t position = 0;  // there, counted in pages from 0
  Hash128 hash;
};

// The index of a full backup: the hash of each page. Of the others: their records. Reading throws
// Error{Fault::data} for a text of the wrong size.
std::string encode(const std::vector<Hash128>& hashes);
std::string encode(const std::vector<Placed>& records);
std::vector<Hash128> decode_hashes(std::string_view text);
std::vector<Placed> decode_records(std::string_view text);

// SHA-256 of the hashes in order.
std::string sum_of(const std::vector<Hash128>& hashes);

}  // namespace cb::backup
