#include "check.h"
#include "making.h"
#include "os/block_file.h"
#include "os/file.h"

namespace cb::backup {
namespace {

constexpr uint64_t kImagePart = uint64_t{1} << 20;

// `directory`/state.db, until it is compressed.
std::vector<Hash128> copy_to_image(const Job& job, db::Connection& db, const std::string& path,
                                   Manifest& manifest) {
  auto image = os::BlockFile::create(path);
  std::vector<Hash128> hashes;
  const db::Snapshot snapshot(db);
  manifest.facts = state::read_facts(db);
  manifest.pages = copy_all(job, db, [&](uint32_t number, std::string_view page) {
    if (hashes.size() < number) hashes.resize(number);
    hashes[number - 1] = hash128(page);
    manifest.page_size = static_cast<uint32_t>(page.size());
    image.write_at(uint64_t{number - 1} * page.size(), page);
  });
  hashes.resize(manifest.pages);
  image.set_size(manifest.image_bytes());
  return hashes;
}

FileSum compress(const Job& job, const std::string& from, const std::string& to,
                 Manifest& manifest) {
  const auto image = os::BlockFile::open(from);
  CompressedWriter writer(to);
  Sha256 sum;
  cli::Progress bar("compressing", job.report.common());
  std::string bytes;
  for (uint64_t done = 0; done < manifest.image_bytes(); done += bytes.size()) {
    image.read_at(done, kImagePart, bytes);
    sum.add(bytes);
    writer.add(bytes);
    bar.update(done, manifest.image_bytes());
  }
  manifest.image_sha256 = sum.hex();
  return writer.finish();
}

}  // namespace

void make_full(const Job& job, db::Connection& db, const std::string& directory,
               Manifest& manifest) {
  manifest.kind = Kind::full;
  manifest.parts = {manifest.id};
  const auto image = directory + "/state.db";
  const auto hashes = copy_to_image(job, db, image, manifest);
  manifest.stored_pages = manifest.pages;
  check_image(image, manifest.facts);
  manifest.is_checked = true;
  manifest.files.push_back(compress(job, image, directory + "/" + kImage, manifest));
  os::remove_file(image);
  manifest.pages_sha256 = sum_of(hashes);
  read_full(directory, manifest, hashes, [](uint32_t, std::string_view) {});
  write_index(directory, encode(hashes), manifest);
}

}  // namespace cb::backup
