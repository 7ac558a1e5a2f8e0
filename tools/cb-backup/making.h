// Making one backup, in a directory that nobody sees yet.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "content.h"
#include "db/connection.h"
#include "job.h"

namespace cb::backup {

// The whole database of `db` as it is now, each page once; one that is left out by SQLite is given
// as zeros. Returns how many there are.
uint32_t copy_all(const Job& job, db::Connection& db, const EachPage& each);

// All pages, compressed and checked: files in `directory`, and what the manifest says of them.
// Throws Error{Fault::permanent} when the store is damaged.
void make_full(const Job& job, db::Connection& db, const std::string& directory,
               Manifest& manifest);

// What a backup that is not full goes on from.
struct Base {
  Manifest last;  // the newest one of the chain
  Index index;    // of that
  std::vector<Hash128> full;
};

// The pages that differ from the full backup and are in none of the parts of the last one.
// `directory`: "" to find out only.
enum class Made {
  yes,
  nothing_new,  // the database is as the last backup has it
  too_much,     // more than half of it is new: a full one costs no more
};
enum class Check { yes, no };  // the database itself, besides what is written
Made make_pages(const Job& job, db::Connection& db, const std::string& directory, const Base& base,
                Check check, Manifest& manifest);

// Writes the index and the manifest.
void write_index(const std::string& directory, const std::string& text, Manifest& manifest);
void write_manifest(const std::string& directory, const Manifest& manifest);

}  // namespace cb::backup
