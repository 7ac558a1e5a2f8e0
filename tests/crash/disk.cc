#include "disk.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace cb::crash {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSector = 512;

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_bytes(std::istream& stream, size_t size) {
  std::string bytes(size, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(size));
  return bytes;
}

bool is_one_of(std::mt19937_64& random, uint64_t outcomes) { return random() % outcomes == 0; }

}  // namespace

std::vector<Entry> read_journal(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<Entry> entries;
  EntryHead head{};
  while (file.read(reinterpret_cast<char*>(&head), sizeof head)) {
    Entry entry{.op = head.op, .inode = head.inode, .offset = head.offset};
    entry.path = read_bytes(file, head.path_size);
    entry.other = read_bytes(file, head.other_size);
    entry.data = read_bytes(file, head.data_size);
    if (!file) throw std::runtime_error("read " + path + ": cut off");
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string to_string(Unsynced unsynced) {
  switch (unsynced) {
    case Unsynced::kept:
      return "kept";
    case Unsynced::dropped:
      return "dropped";
    case Unsynced::mixed:
      return "mixed";
    case Unsynced::names:
      return "names kept";
  }
  return "";
}

Disk::Disk(std::string directory, std::vector<std::string> witnesses)
    : directory_(std::move(directory)), witnesses_(std::move(witnesses)) {
  for (const auto& found : fs::recursive_directory_iterator(directory_)) {
    auto file = std::make_shared<File>();
    file->is_directory = found.is_directory();
    if (!file->is_directory) file->synced = read_whole(found.path());
    names_[found.path()] = file;
  }
  synced_names_ = names_;
}

bool Disk::is_witness(const std::string& path) const {
  return std::ranges::any_of(witnesses_, [&](const auto& beginning) {
    return path.starts_with(directory_ + "/" + beginning);
  });
}

// A file that was there before anything was written down is known by its name only.
std::shared_ptr<Disk::File> Disk::file_of(const Entry& entry) {
  auto& file = inodes_[entry.inode];
  if (!file) {
    const auto named = names_.find(entry.path);
    if (named != names_.end()) file = named->second;
  }
  return file;
}

void Disk::add_piece(const Entry& entry, Piece piece) {
  const auto file = file_of(entry);
  if (!file) return;  // removed before it was used
  if (is_witness(entry.path))
    put(file->synced, piece);
  else
    file->pending.push_back(std::move(piece));
}

void Disk::apply(const Entry& entry) {
  switch (entry.op) {
    case Op::write:
      return add_piece(entry, {Piece::Kind::bytes, entry.offset, entry.data});
    case Op::truncate:
      return add_piece(entry, {Piece::Kind::size, entry.offset, ""});
    case Op::create:
      inodes_[entry.inode] = std::make_shared<File>();
      return change_names(entry, inodes_[entry.inode]);
    case Op::make_directory: {
      auto made = std::make_shared<File>();
      made->is_directory = true;
      return change_names(entry, std::move(made));
    }
    case Op::rename:
    case Op::exchange:
    case Op::unlink:
    case Op::link:
      return change_names(entry, nullptr);
    case Op::sync: {
      synced_names_ = names_;
      pending_names_.clear();
      const auto file = file_of(entry);
      if (!file) return;
      for (const auto& piece : file->pending) put(file->synced, piece);
      file->pending.clear();
      return;
    }
    case Op::say:
      return;
  }
}

void Disk::change_names(const Entry& entry, std::shared_ptr<File> created) {
  change(names_, entry, created);
  if (is_witness(entry.path)) return change(synced_names_, entry, created);
  pending_names_.emplace_back(entry, std::move(created));
}

void Disk::change(Names& names, const Entry& entry, const std::shared_ptr<File>& created) {
  switch (entry.op) {
    case Op::create:
    case Op::make_directory:
      names[entry.path] = created;
      return;
    case Op::unlink:
      names.erase(entry.path);
      return;
    case Op::exchange:
      std::swap(names[entry.path], names[entry.other]);
      return;
    case Op::rename:
      names[entry.other] = names[entry.path];
      names.erase(entry.path);
      return move_children(names, entry.path + "/", entry.other + "/");
    case Op::link:
      names[entry.other] = names[entry.path];
      return;
    case Op::write:
    case Op::truncate:
    case Op::sync:
    case Op::say:
      return;
  }
}

void Disk::move_children(Names& names, const std::string& from, const std::string& to) {
  for (auto at = names.lower_bound(from); at != names.end() && at->first.starts_with(from);) {
    names[to + at->first.substr(from.size())] = at->second;
    at = names.erase(at);
  }
}

void Disk::put(std::string& content, const Piece& piece) {
  if (piece.kind == Piece::Kind::size) return content.resize(piece.offset);
  if (content.size() < piece.offset + piece.bytes.size())
    content.resize(piece.offset + piece.bytes.size());
  content.replace(piece.offset, piece.bytes.size(), piece.bytes);
}

std::string Disk::content_of(const File& file, Unsynced unsynced, std::mt19937_64& random) {
  auto content = file.synced;
  if (unsynced == Unsynced::dropped) return content;
  for (const auto& piece : file.pending) {
    if (unsynced == Unsynced::kept) {
      put(content, piece);
      continue;
    }
    if (is_one_of(random, 3)) continue;
    const bool is_torn = piece.kind == Piece::Kind::bytes && is_one_of(random, 2);
    if (!is_torn) {
      put(content, piece);
      continue;
    }
    const auto end = piece.offset + piece.bytes.size();
    if (content.size() < end) content.resize(end);
    for (size_t from = 0; from < piece.bytes.size(); from += kSector)
      if (is_one_of(random, 2))
        put(content, {Piece::Kind::bytes, piece.offset + from, piece.bytes.substr(from, kSector)});
  }
  return content;
}

void Disk::write_image(Unsynced unsynced, std::mt19937_64& random) const {
  auto names = synced_names_;
  auto survivors = pending_names_.size();
  if (unsynced == Unsynced::dropped) survivors = 0;
  if (unsynced == Unsynced::mixed) survivors = random() % (pending_names_.size() + 1);
  for (size_t i = 0; i < survivors; ++i)
    change(names, pending_names_[i].first, pending_names_[i].second);
  fs::create_directories(directory_);
  for (const auto& [path, file] : names) {  // a directory before what is in it
    if (!file || path.ends_with("-shm"))
      continue;  // the index of the log, never read after a start
    if (file->is_directory)
      fs::create_directories(path);
    else
      std::ofstream(path, std::ios::binary) << content_of(*file, unsynced, random);
  }
}

}  // namespace cb::crash
