// The turns of one watch: look, take in what is complete, see to what is done.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "folder.h"
#include "job.h"
#include "os/lock.h"
#include "pace.h"
#include "receiver.h"

namespace cb::watch {

class Watching {
 public:
  // `name` is that of the lock and of the progress file. `hints` may be null; it and what `job`
  // refers to must outlive it.
  Watching(const Job& job, std::string name, FolderSettings settings,
           std::unique_ptr<Receiver> receiver, os::Hints* hints);

  // Takes the lock and begins; false when another process has it. Nothing more once it is begun.
  bool begin();
  bool has_begun() const { return has_begun_; }
  const std::string& label() const { return folder_.settings().label; }

  // One turn at `now` (boot clock). The whole directory is looked at when its time has come.
  void turn(Duration now);
  // When the next one has something to do.
  Duration next() const;

  // --- what the kernel hinted at
  void look_at(std::string_view path) { folder_.look_at(path); }
  void look_at_directory(std::string_view path) { is_scan_wanted_ |= folder_.enters(path); }
  void want_scan() { is_scan_wanted_ = true; }

  // --- the parts of a turn, for who makes only one
  // When what is there now has had its chance to be complete; nullopt when nothing waits.
  std::optional<Duration> last_due() const { return folder_.last_due(); }
  void take_due(Duration now);
  void tend() { receiver_->tend(); }
  // Says what is still being written.
  void tell_waiting() const;

 private:
  void scan();
  void take(std::vector<flow::FoundFile>& batch);
  void touch_progress();

  Job job_;
  std::string progress_path_;
  os::FileLock lock_;
  Folder folder_;
  std::unique_ptr<Receiver> receiver_;
  std::optional<LastScan> last_;
  bool has_begun_ = false, is_scan_wanted_ = false;
  Duration touched_ = Duration::min();
};

}  // namespace cb::watch
