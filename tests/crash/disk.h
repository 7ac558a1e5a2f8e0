// What a disk may hold after the power was cut: all that was synced, and of the rest anything.
// Data that was not synced may be there, not there, or torn at any multiple of 512 bytes. Names are
// kept as by a journaling file system: in the order of the changes, and any sync keeps all before.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "journal.h"

namespace cb::crash {

struct Entry {
  Op op{};
  uint64_t inode = 0, offset = 0;
  std::string path = {}, other = {}, data = {};
};
// Throws std::runtime_error when it cannot be read.
std::vector<Entry> read_journal(const std::string& path);

// What becomes of what was not synced. `names`: they are all kept, but their data may not have
// followed.
enum class Unsynced { kept, dropped, mixed, names };
std::string to_string(Unsynced unsynced);

class Disk {
 public:
  // Begins with what the directory holds. What was done to files whose name there begins with one
  // of `witnesses` is never lost.
  Disk(std::string directory, std::vector<std::string> witnesses);

  void apply(const Entry& entry);
  // Fills the directory, which must not be there, with what is left when the power is cut now.
  void write_image(Unsynced unsynced, std::mt19937_64& random) const;

 private:
  struct Piece {
    enum class Kind { bytes, size } kind;
    uint64_t offset;
    std::string bytes;
  };
  struct File {
    bool is_directory = false;
    std::string synced;
    std::vector<Piece> pending;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;

  bool is_witness(const std::string& path) const;
  std::shared_ptr<File> file_of(const Entry& entry);
  void add_piece(const Entry& entry, Piece piece);
  void change_names(const Entry& entry, std::shared_ptr<File> created);
  static void change(Names& names, const Entry& entry, const std::shared_ptr<File>& created);
  static void move_children(Names& names, const std::string& from, const std::string& to);
  static void put(std::string& content, const Piece& piece);
  static std::string content_of(const File& file, Unsynced unsynced, std::mt19937_64& random);

  std::string directory_;
  std::vector<std::string> witnesses_;
  Names names_, synced_names_;
  std::vector<std::pair<Entry, std::shared_ptr<File>>> pending_names_;
  std::map<uint64_t, std::shared_ptr<File>> inodes_;
};

}  // namespace cb::crash
