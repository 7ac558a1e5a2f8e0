// The pages of backups, read back and checked.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "manifest.h"
#include "shelf.h"

namespace cb::backup {

using Progress = std::function<void(uint64_t done, uint64_t total)>;

// The hashes of all pages of a backup, in order, and where the pages of one that is not full lie.
struct Index {
  std::vector<Hash128> hashes;
  std::vector<Placed> records;  // by number of the page; none of a full one
};

// All of these throw Error{Fault::permanent} "read FILE: cause" for what is not as it was written.
Index read_index(const Shelf& shelf, const std::vector<Entry>& entries, const Manifest& manifest);

// The index of a backup whose files lie in `directory`, given the hashes of its full one.
Index read_index_in(const std::string& directory, const Manifest& manifest,
                    std::vector<Hash128> full);

// Each page of a full backup in order, once its hash was found to be right.
using EachPage = std::function<void(uint32_t number, std::string_view page)>;
void read_full(const std::string& directory, const Manifest& manifest,
               const std::vector<Hash128>& hashes, const EachPage& each);

// The pages that a backup has itself, in the order of their positions.
using EachStored =
    std::function<void(uint64_t position, const Hash128& hash, std::string_view page)>;
void read_stored(const std::string& directory, const Manifest& manifest, const EachStored& each);

// The pages of a backup that is not full, compared with its own records.
void check_stored(const std::string& directory, const Manifest& manifest, const Index& index);

// Makes the database of a backup at `target`, which must not exist, in WAL mode. Every page is
// checked on the way. Not synced. Throws Error{Fault::temporary} when `target` cannot be written,
// whatever the cause: that says nothing of the backup.
void rebuild(const Shelf& shelf, const std::vector<Entry>& entries, const Manifest& manifest,
             const std::string& target, const Progress& progress);

}  // namespace cb::backup
