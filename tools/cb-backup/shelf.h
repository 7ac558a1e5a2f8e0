// The directory that backups lie in, one directory each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "manifest.h"
#include "os/lock.h"

namespace cb::backup {

// "20261122T230500Z-4f9c2e": when it was begun, in UTC, and six random characters.
std::string new_backup_id(Instant now);
std::optional<Instant> time_of(const std::string& id);  // nullopt: it is no such id

// What `cb-backup verify` said last.
struct Verdict {
  Instant at;
  std::string problem;  // "": sound
};

struct Entry {
  std::string id;
  Instant created;
  Manifest manifest;    // only if it could be read
  std::string problem;  // why it cannot be restored, as far as a look at the files tells; "": none
  std::optional<Verdict> verdict;

  bool is_sound() const { return problem.empty(); }
};

class Shelf {
 public:
  explicit Shelf(std::string path) : path_(std::move(path)), lock_(path_ + "/.lock") {}

  const std::string& path() const { return path_; }
  std::string directory_of(const std::string& id) const { return path_ + "/" + id; }

  // Makes the directory when it is missing, waits until no other cb-backup works here, and removes
  // what those that died left half-made. Throws Error{Fault::temporary} when one is still at it
  // after `patience`.
  void enter(Duration patience);

  // Newest first. An entry that needs another one that is missing or damaged has a problem as well.
  std::vector<Entry> entries() const;

  // A new directory for something half-made, and its removal unless it was given its name. Only
  // inside of enter().
  class Draft {
   public:
    Draft(const Shelf& shelf, const std::string& id);
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    ~Draft();
    const std::string& path() const { return path_; }
    // Durable, with all its files, once this returns; these must have been synced.
    void publish();

   private:
    const Shelf& shelf_;
    std::string path_, id_;
  };

  void remove(const std::string& id) const;
  void record(const std::string& id, const Verdict& verdict) const;
  // Whether the backup was handed to the command of this configuration.
  bool is_handed_over(const std::string& id) const;
  void note_handed_over(const std::string& id, Instant now) const;

 private:
  Entry read(const std::string& id) const;

  std::string path_;
  os::FileLock lock_;
};

const Entry* find(const std::vector<Entry>& entries, const std::string& id);

}  // namespace cb::backup
