#include "folder.h"

#include <cstring>

#include "os/clock.h"
#include "os/settled.h"

namespace cb::watch {

Folder::Folder(FolderSettings settings, Report& report, os::Hints* hints)
    : settings_(std::move(settings)),
      names_(settings_.names),
      report_(report),
      hints_(hints),
      settling_(settings_.settle) {}

std::string Folder::path_of(std::string_view name) const {
  if (name.empty()) return settings_.dir;
  return (settings_.dir == "/" ? "" : settings_.dir) + "/" + std::string(name);
}

// --- looking

// Asked for before the directory is read: what comes while it is read is either read or hinted at.
void Folder::ask_for_hints(std::string_view directory) {
  if (!hints_ || hints_->add(path_of(directory))) return;
  is_hinted_ = false;
  if (!hints_->why_not().empty()) no_hints_.emplace(directory, hints_->why_not());
}

// Once for each cause. A directory that cannot be read is told as that.
void Folder::tell_no_hints() {
  for (const auto& [directory, why] : no_hints_) {
    if (unreadable_.contains(directory)) continue;
    if (why != told_no_hints_)
      report_.messages().note(settings_.label +
                              ": looked at every now and then, without the kernel's hints: " + why);
    told_no_hints_ = why;
    return;
  }
}

// Its time is taken after its status, and for each file: a scan, and what a turn does before it,
// may take longer than it takes a file to be believed.
void Folder::see(std::string_view name, const os::FileStatus& status) {
  const auto stamp = os::stamp_of(name, status);
  if (known_.meet(stamp)) return;
  const auto now = os::boot_time();
  if (earlier_.meet(stamp))
    settling_.see_settled(name, status, now);
  else
    settling_.see(name, status, now);
}

bool Folder::scan() {
  is_hinted_ = hints_ != nullptr;
  no_hints_.clear();
  known_.forget_meetings();
  settling_.begin_scan();
  auto interest = names_.interest();
  if (interest.directory)
    interest.directory = [this](std::string_view name) {
      if (!names_.is_entered(name)) return false;
      ask_for_hints(name);
      return true;
    };
  ask_for_hints("");
  const auto unreadable = os::scan(settings_.dir, interest,
                                   [&](const os::Entry& entry) { see(entry.name, entry.status); });
  settling_.end_scan();
  tell_unreadable(unreadable);
  tell_no_hints();
  if (!unreadable.empty()) return false;
  // What comes back is looked at anew, as its task may have been withdrawn.
  if (known_.size() > known_.met()) known_.drop_unmet();
  return true;
}

void Folder::tell_unreadable(const std::vector<os::Unreadable>& unreadable) {
  std::map<std::string, int> now;
  for (const auto& [name, error] : unreadable) {
    now[name] = error;
    const auto told = unreadable_.find(name);
    if (told == unreadable_.end() || told->second != error)
      report_.unreadable(settings_.label + ": read " + path_of(name) + ": " + std::strerror(error));
  }
  for (const auto& [name, error] : unreadable_)
    if (!now.contains(name) && !now.contains(""))
      report_.messages().note(settings_.label + ": " + path_of(name) + " can be read again");
  unreadable_ = std::move(now);
}

std::optional<std::string_view> Folder::name_of(std::string_view path) const {
  const auto& dir = settings_.dir;
  if (path == dir) return "";
  const auto start = dir == "/" ? 1 : dir.size() + 1;
  if (path.size() <= start || !path.starts_with(dir) || path[start - 1] != '/') return std::nullopt;
  return path.substr(start);
}

bool Folder::enters(std::string_view path) const {
  const auto name = name_of(path);
  return name && (name->empty() || names_.enters(*name));
}

void Folder::look_at(std::string_view path) {
  const auto name = name_of(path);
  if (!name || !names_.counts(*name)) return;
  const auto status = os::file_status(settings_.dir, *name);  // through no link
  if (!status) return settling_.forget(*name);
  see(*name, *status);
}

// --- reading

std::optional<flow::FoundFile> Folder::read(const std::string& name,
                                            const std::function<bool()>& go_on) {
  const auto path = path_of(name);
  const auto status = os::file_status(settings_.dir, name);  // through no link
  if (!status) {
    settling_.forget(name);
    return std::nullopt;
  }
  if (!settling_.see(name, *status, os::boot_time())) return std::nullopt;
  const auto reading = os::read_settled(path, *status, go_on);
  using Is = os::Reading::Is;
  switch (reading.is) {
    case Is::whole:
      return flow::FoundFile{.name = name,
                             .path = path,
                             .content = reading.digest,
                             .size = status->size,
                             .stamp = os::stamp_of(name, *status)};
    case Is::changed:
      settling_.wait_again(name, os::boot_time());
      break;
    case Is::being_written:
      if (settling_.wait_again(name, os::boot_time()))
        report_.messages().detail(settings_.label + ": " + name + ": somebody is writing it");
      break;
    case Is::refused:
      settling_.refuse(name);
      report_.unreadable(settings_.label + ": read " + path + ": " + std::strerror(reading.error));
      break;
    case Is::stopped:
      break;
  }
  return std::nullopt;
}

void Folder::done(const flow::FoundFile& found) {
  known_.add(found.stamp);
  settling_.forget(found.name);
}

void Folder::refuse(const std::string& name) { settling_.refuse(name); }

}  // namespace cb::watch
