#include "quarantine.h"

#include <algorithm>
#include <vector>

#include "os/block_file.h"
#include "os/copy.h"
#include "os/file.h"
#include "sha256.h"
#include "shelf.h"

namespace cb::backup {
namespace {

constexpr size_t kMostKept = 10;
constexpr uint64_t kMostBytes = uint64_t{2} << 30;
constexpr uint64_t kHashedAtOnce = uint64_t{1} << 20;
// The database first: without it no tool goes on, as one would without its log.
constexpr const char* kSuffixes[] = {"", "-wal", "-journal", "-shm"};

void add_file(Sha256& sum, const std::string& path) {
  if (!os::exists(path)) return;
  const auto file = os::BlockFile::open(path);
  std::string bytes;
  uint64_t at = 0;
  do {
    file.read_at(at, kHashedAtOnce, bytes);
    sum.add(bytes);
    at += bytes.size();
  } while (!bytes.empty());
}

// The directories of it, which begin with a time; there are other files beside them.
std::vector<std::string> kept_in(const std::string& root) {
  auto names = os::list_directory(root);
  std::erase_if(names, [](const std::string& name) { return name[0] < '0' || name[0] > '9'; });
  return names;
}

uint64_t size_of(const std::string& directory) {
  uint64_t bytes = 0;
  for (const auto& name : os::list_directory(directory))
    bytes += os::file_size(directory + "/" + name).value_or(0);
  return bytes;
}

void keep_few(const std::string& root, const std::string& newest) {
  auto names = kept_in(root);
  std::ranges::sort(names, std::ranges::greater());
  uint64_t bytes = size_of(root + "/" + newest);
  size_t kept = 1;
  for (const auto& name : names) {
    if (name == newest) continue;
    bytes += size_of(root + "/" + name);
    if (++kept > kMostKept || bytes > kMostBytes) os::remove_all(root + "/" + name);
  }
}

// Of a call that was killed after it had moved the database.
std::string newest_without_log(const std::string& root) {
  const auto names = kept_in(root);
  const auto newest = std::ranges::max_element(names);
  if (newest == names.end() || os::exists(root + "/" + *newest + "/state.db-wal")) return "";
  return *newest;
}

std::string hash_of(const state::Layout& layout) {
  Sha256 sum;
  add_file(sum, layout.database());
  add_file(sum, layout.database() + "-wal");
  return "-" + sum.hex().substr(0, 12);
}

std::string make_root(const state::Layout& layout) {
  const auto root = layout.root + "/quarantine";
  os::make_directory(root);
  return root;
}

// The directory that has the same content; "": none.
std::string find_same(const state::Layout& layout, const std::string& root) {
  const auto hash = hash_of(layout);
  for (const auto& name : kept_in(root))
    if (name.ends_with(hash)) return root + "/" + name;
  return "";
}

std::string name_for(const state::Layout& layout, Instant now) {
  return new_backup_id(now).substr(0, 16) + hash_of(layout);
}

void finish(const state::Layout& layout, const std::string& root, const std::string& name) {
  os::sync_path(root + "/" + name);
  os::sync_path(root);
  os::sync_path(layout.root);
  keep_few(root, name);
}

}  // namespace

std::string put_into_quarantine(const state::Layout& layout, Instant now) {
  const auto database = layout.database();
  const auto is_there = [&](const char* suffix) { return os::exists(database + suffix); };
  if (std::ranges::none_of(kSuffixes, is_there)) return "";
  const auto root = make_root(layout);
  if (const auto known = find_same(layout, root); !known.empty()) {
    remove_database(database);
    return known;
  }
  const auto unfinished = os::exists(database) ? "" : newest_without_log(root);
  const auto name = unfinished.empty() ? name_for(layout, now) : unfinished;
  os::make_directory(root + "/" + name);
  for (const char* suffix : kSuffixes)
    os::rename_path(database + suffix, root + "/" + name + "/state.db" + suffix);
  finish(layout, root, name);
  return root + "/" + name;
}

void remove_database(const std::string& path) {
  for (const char* suffix : kSuffixes) os::remove_file(path + suffix);
}

std::string copy_into_quarantine(const state::Layout& layout, Instant now) {
  const auto root = make_root(layout);
  if (const auto known = find_same(layout, root); !known.empty()) return known;
  const auto name = name_for(layout, now);
  const auto target = os::open_directory(root + "/" + name);
  for (const char* suffix : kSuffixes)
    os::copy_into(layout.database() + suffix, target.get(), std::string("state.db") + suffix);
  finish(layout, root, name);
  return root + "/" + name;
}

}  // namespace cb::backup
