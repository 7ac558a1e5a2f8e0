#include <algorithm>
#include <set>
#include <unordered_map>

#include "check.h"
#include "making.h"

namespace cb::backup {
namespace {

// Where the bytes of a page are already.
struct Place {
  uint32_t part = 0;
  uint64_t position = 0;
};

constexpr uint64_t kLongestChain = 24;

// Sorts pages into those that the full backup has in their place, those that some part has, and
// new ones, which are written down.
class Sorter {
 public:
  Sorter(const Base& base, const std::string& directory) : base_(base), directory_(directory) {
    const auto& parts = base.last.parts;
    const auto is_long = parts.size() > kLongestChain;
    parts_.assign(parts.begin(), is_long ? parts.begin() + 1 : parts.end());
    known_.reserve(base.full.size() + base.index.records.size());
    for (uint32_t i = 0; i < base.full.size(); ++i) known_.try_emplace(base.full[i], Place{0, i});
    for (const auto& record : base.index.records)
      if (record.part < parts_.size())
        known_.try_emplace(record.hash, Place{record.part, record.position});
  }

  void add(uint32_t number, std::string_view page) {
    if (hashes_.size() < number) hashes_.resize(number);
    const auto hash = hashes_[number - 1] = hash128(page);
    if (number <= base_.full.size() && base_.full[number - 1] == hash) return;
    const auto own = static_cast<uint32_t>(parts_.size());
    const auto [found, is_new] = known_.try_emplace(hash, Place{own, stored_});
    if (is_new) store(page);
    records_.push_back({number, found->second.part, found->second.position, hash});
  }

  bool is_as_last(uint32_t pages) {
    hashes_.resize(pages);
    return hashes_ == base_.index.hashes;
  }
  uint64_t stored() const { return stored_; }

  // The files, and what the manifest says of them. Parts that no record needs any more are left
  // out.
  Index finish(Manifest& manifest) {
    parts_.push_back(manifest.id);
    std::set<uint32_t> used = {0, static_cast<uint32_t>(parts_.size() - 1)};
    for (const auto& record : records_) used.insert(record.part);
    std::vector<uint32_t> numbers(parts_.size());
    for (const auto part : used) {
      numbers[part] = static_cast<uint32_t>(manifest.parts.size());
      manifest.parts.push_back(parts_[part]);
    }
    for (auto& record : records_) record.part = numbers[record.part];
    std::ranges::sort(records_, {}, &Placed::page);
    manifest.stored_pages = static_cast<uint32_t>(stored_);
    manifest.pages_sha256 = sum_of(hashes_);
    if (writer_) manifest.files.push_back(writer_->finish());
    return {std::move(hashes_), std::move(records_)};
  }

 private:
  void store(std::string_view page) {
    ++stored_;
    if (directory_.empty() || is_too_much()) return;
    if (!writer_) writer_ = std::make_unique<CompressedWriter>(directory_ + "/" + kPages);
    writer_->add(page);
  }
  // What is still written then is thrown away.
  bool is_too_much() const { return stored_ > base_.last.pages; }

  const Base& base_;
  const std::string& directory_;
  std::vector<std::string> parts_;
  std::unordered_map<Hash128, Place> known_;
  std::vector<Hash128> hashes_;
  std::vector<Placed> records_;
  std::unique_ptr<CompressedWriter> writer_;
  uint64_t stored_ = 0;
};

}  // namespace

Made make_pages(const Job& job, db::Connection& db, const std::string& directory, const Base& base,
                Check check, Manifest& manifest) {
  manifest.kind = Kind::pages;
  manifest.page_size = base.last.page_size;
  Sorter sorter(base, directory);
  {
    const db::Snapshot snapshot(db);
    manifest.facts = state::read_facts(db);
    manifest.pages = copy_all(
        job, db, [&](uint32_t number, std::string_view page) { sorter.add(number, page); });
    if (sorter.is_as_last(manifest.pages)) return Made::nothing_new;
    if (sorter.stored() > manifest.pages / 2) return Made::too_much;
    if (check == Check::yes) check_database(db);
  }
  manifest.is_checked = check == Check::yes;
  const auto index = sorter.finish(manifest);
  if (directory.empty()) return Made::yes;
  check_stored(directory, manifest, index);
  write_index(directory, encode(index.records), manifest);
  return Made::yes;
}

}  // namespace cb::backup
