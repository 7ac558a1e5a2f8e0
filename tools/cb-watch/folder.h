// One watched directory: what is new in it, and what of that is complete.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/files.h"
#include "known.h"
#include "names.h"
#include "os/hint.h"
#include "report.h"
#include "settling.h"

namespace cb::watch {

struct FolderSettings {
  std::string label;  // for people: the watch's name, or the directory
  std::string dir;    // absolute
  NameRules names = {};
  Duration settle = {};
  bool again = false;  // what earlier calls took in counts as new
};

class Folder {
 public:
  // `report` and `hints` (which may be null) must outlive it.
  Folder(FolderSettings settings, Report& report, os::Hints* hints);
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const FolderSettings& settings() const { return settings_; }
  const Known& known() const { return known_; }
  // A file of this stamp was taken in by an earlier call.
  void know(int64_t stamp) { (settings_.again ? earlier_ : known_).add(stamp); }

  // Looks at everything. False when something could not be read, which is told once: then what is
  // missing may be there.
  bool scan();
  // Looks at one file, which may have come, gone or changed. `path` is absolute.
  void look_at(std::string_view path);
  // Whether `path`, absolute, is this directory, or one that a scan goes into.
  bool enters(std::string_view path) const;

  // --- files that may be complete
  std::vector<std::string> due(Duration now) const { return settling_.due(now); }
  std::optional<Duration> next_due() const { return settling_.next_due(); }
  std::optional<Duration> last_due() const { return settling_.last_due(); }
  // Those that somebody is still writing, by name.
  std::vector<std::string> waiting() const { return settling_.waiting(); }
  // Reads one that is due; nullopt when it is not complete after all, or go_on() said no.
  std::optional<flow::FoundFile> read(const std::string& name, const std::function<bool()>& go_on);
  void done(const flow::FoundFile& found);  // it was taken in
  void refuse(const std::string& name);     // it cannot be, as long as it is what it is

  // Whether every directory gave a hint at the last scan.
  bool is_hinted() const { return is_hinted_; }

 private:
  void see(std::string_view name, const os::FileStatus& status);
  void ask_for_hints(std::string_view directory);  // relative
  void tell_no_hints();
  void tell_unreadable(const std::vector<os::Unreadable>& unreadable);
  std::string path_of(std::string_view name) const;
  std::optional<std::string_view> name_of(
      std::string_view path) const;  // "" of the directory itself

  FolderSettings settings_;
  Names names_;
  Report& report_;
  os::Hints* hints_;
  Known known_, earlier_;
  Settling settling_;
  std::map<std::string, int> unreadable_;  // at the last scan; with errno
  bool is_hinted_ = false;
  std::map<std::string, std::string> no_hints_;  // why, at the last scan, by directory
  std::string told_no_hints_;
};

}  // namespace cb::watch
