#include "content.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "os/block_file.h"
#include "os/file.h"

namespace cb::backup {
namespace {

constexpr uint32_t kPagesPerReport = 512;

[[noreturn]] void refuse(const std::string& path, const std::string& cause) {
  throw Error(Fault::permanent, "read " + path + ": " + cause);
}

const FileSum& sum_in(const Manifest& manifest, const std::string& name) {
  const auto found = std::ranges::find(manifest.files, name, &FileSum::name);
  if (found == manifest.files.end()) refuse(manifest.id, "it has no " + name);
  return *found;
}

void compare(const std::string& directory, const FileSum& found, const FileSum& wanted) {
  if (found.bytes != wanted.bytes || found.sha256 != wanted.sha256)
    refuse(directory + "/" + wanted.name, "its SHA-256 is not that of the manifest");
}

std::string read_index_text(const std::string& directory, const Manifest& manifest) {
  const auto path = directory + "/" + kIndex;
  auto text = os::read_file(path);
  if (!text) refuse(path, "it is missing");
  compare(directory, {kIndex, text->size(), sha256(*text)}, sum_in(manifest, kIndex));
  return std::move(*text);
}

void apply(const Placed& record, const Manifest& manifest, const std::string& path,
           std::vector<Hash128>& hashes) {
  if (record.page == 0 || record.page > manifest.pages || record.part >= manifest.parts.size())
    refuse(path, "a record of page " + std::to_string(record.page) + " leads nowhere");
  hashes[record.page - 1] = record.hash;
}

// The places of the image to which each position of a part goes.
using Targets = std::unordered_multimap<uint64_t, uint32_t>;

Targets targets_of(const std::vector<Placed>& records, uint32_t part) {
  Targets targets;
  for (const auto& record : records)
    if (record.part == part) targets.emplace(record.position, record.page);
  return targets;
}

// What cannot be written where a backup is rebuilt says nothing of the backup: it is to be tried
// again, and never a verdict.
template <typename Work>
auto on_target(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const Error& error) {
    throw Error(Fault::temporary, error.what());
  }
}

class Image {
 public:
  Image(const std::string& path, const Index& index, const Manifest& manifest, Progress progress)
      : file_(on_target([&] { return os::BlockFile::create(path); })),
        index_(index),
        manifest_(manifest),
        progress_(std::move(progress)) {
    on_target([&] { file_.set_size(manifest.image_bytes()); });
  }

  void put(uint32_t number, const Hash128& hash, std::string_view page) {
    if (index_.hashes[number - 1] != hash) return;  // a later part has it
    on_target([&] { file_.write_at(uint64_t{number - 1} * manifest_.page_size, page); });
    if (++put_ % kPagesPerReport == 0) progress_(put_, manifest_.pages);
  }

  void put_all(const Targets& targets, uint64_t position, const Hash128& hash,
               std::string_view page) {
    for (auto [at, end] = targets.equal_range(position); at != end; ++at)
      put(at->second, hash, page);
  }

  void require_all() const {
    if (put_ != manifest_.pages)
      refuse(manifest_.id,
             std::to_string(manifest_.pages - put_) + " pages are in none of its parts");
  }

 private:
  os::BlockFile file_;
  const Index& index_;
  const Manifest& manifest_;
  Progress progress_;
  uint32_t put_ = 0;
};

}  // namespace

Index read_index_in(const std::string& directory, const Manifest& manifest,
                    std::vector<Hash128> full) {
  const auto text = read_index_text(directory, manifest);
  const auto path = directory + "/" + kIndex;
  Index index;
  if (manifest.kind == Kind::full) {
    index.hashes = decode_hashes(text);
  } else {
    index.hashes = std::move(full);
    index.hashes.resize(manifest.pages);
    index.records = decode_records(text);
    for (const auto& record : index.records) apply(record, manifest, path, index.hashes);
  }
  if (index.hashes.size() != manifest.pages || sum_of(index.hashes) != manifest.pages_sha256)
    refuse(path, "it is not the index of all pages");
  return index;
}

Index read_index(const Shelf& shelf, const std::vector<Entry>& entries, const Manifest& manifest) {
  if (manifest.kind == Kind::full)
    return read_index_in(shelf.directory_of(manifest.id), manifest, {});
  const auto* full = find(entries, manifest.parts.front());
  if (full == nullptr) refuse(manifest.id, "it needs " + manifest.parts.front());
  auto hashes = read_index_in(shelf.directory_of(full->id), full->manifest, {}).hashes;
  return read_index_in(shelf.directory_of(manifest.id), manifest, std::move(hashes));
}

void read_full(const std::string& directory, const Manifest& manifest,
               const std::vector<Hash128>& hashes, const EachPage& each) {
  const auto path = directory + "/" + kImage;
  CompressedReader reader(path);
  std::string page;
  for (uint32_t number = 1; number <= manifest.pages; ++number) {
    reader.read(manifest.page_size, page);
    if (page.size() != manifest.page_size || hash128(page) != hashes[number - 1])
      refuse(path, "page " + std::to_string(number) + " is not as it was written");
    each(number, page);
  }
  compare(directory, reader.finish(), sum_in(manifest, kImage));
}

void read_stored(const std::string& directory, const Manifest& manifest, const EachStored& each) {
  if (manifest.stored_pages == 0) return;
  const auto path = directory + "/" + kPages;
  CompressedReader reader(path);
  std::string page;
  for (uint64_t position = 0; position < manifest.stored_pages; ++position) {
    reader.read(manifest.page_size, page);
    if (page.size() != manifest.page_size) refuse(path, "it is cut off");
    each(position, hash128(page), page);
  }
  compare(directory, reader.finish(), sum_in(manifest, kPages));
}

void check_stored(const std::string& directory, const Manifest& manifest, const Index& index) {
  const auto own = static_cast<uint32_t>(manifest.parts.size() - 1);
  std::unordered_map<uint64_t, Hash128> wanted;
  for (const auto& record : index.records)
    if (record.part == own) wanted.emplace(record.position, record.hash);
  read_stored(directory, manifest, [&](uint64_t position, const Hash128& hash, std::string_view) {
    const auto found = wanted.find(position);
    if (found == wanted.end() || found->second != hash)
      refuse(directory + "/" + kPages,
             "page " + std::to_string(position) + " is not as it was written");
  });
}

void rebuild(const Shelf& shelf, const std::vector<Entry>& entries, const Manifest& manifest,
             const std::string& target, const Progress& progress) {
  const auto index = read_index(shelf, entries, manifest);
  Image image(target, index, manifest, progress);
  std::vector<bool> is_placed(manifest.pages);
  for (const auto& record : index.records) is_placed[record.page - 1] = true;

  const auto entry_of = [&](const std::string& id) -> const Manifest& {
    if (id == manifest.id) return manifest;
    const auto* entry = find(entries, id);
    if (entry == nullptr) refuse(manifest.id, "it needs " + id);
    return entry->manifest;
  };
  const auto& full = entry_of(manifest.parts.front());
  const auto full_hashes =
      manifest.kind == Kind::full ? index.hashes : read_index(shelf, entries, full).hashes;
  const auto moved = manifest.kind == Kind::full ? Targets() : targets_of(index.records, 0);
  read_full(shelf.directory_of(full.id), full, full_hashes,
            [&](uint32_t number, std::string_view page) {
              const auto& hash = full_hashes[number - 1];
              if (number <= manifest.pages && !is_placed[number - 1]) image.put(number, hash, page);
              image.put_all(moved, number - 1, hash, page);
            });
  for (uint32_t part = 1; part < manifest.parts.size(); ++part) {
    const auto& other = entry_of(manifest.parts[part]);
    const auto targets = targets_of(index.records, part);
    read_stored(shelf.directory_of(other.id), other,
                [&](uint64_t position, const Hash128& hash, std::string_view page) {
                  image.put_all(targets, position, hash, page);
                });
  }
  image.require_all();
}

}  // namespace cb::backup
