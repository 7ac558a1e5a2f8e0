#include "shelf.h"

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/process.h"

namespace cb::backup {
namespace {

constexpr std::string_view kDraft = ".tmp-";
constexpr const char* kVerdict = "verified.json";
constexpr const char* kHandedOver = "handed-over";
constexpr size_t kStampSize = 16;  // 20261122T230500Z

std::string holder_of(const os::FileLock& lock) {
  const auto pid = lock.holder();
  return pid ? "pid " + std::to_string(*pid) : "another process";
}

std::optional<Verdict> read_verdict(const std::string& path) {
  const auto text = os::read_file(path);
  if (!text) return std::nullopt;
  try {
    const auto json = parse_json(*text);
    const auto at = parse_rfc3339(json.at("at").get<std::string>());
    if (at) return Verdict{*at, json.at("problem").get<std::string>()};
  } catch (const std::exception&) {
    // It was not written to its end: as if it had never been looked at.
  }
  return std::nullopt;
}

std::string missing_file(const Manifest& manifest, const std::string& directory) {
  for (const auto& file : manifest.files) {
    const auto size = os::file_size(directory + "/" + file.name);
    if (!size) return file.name + " is missing";
    if (*size != file.bytes)
      return file.name + " has " + std::to_string(*size) + " bytes, not " +
             std::to_string(file.bytes);
  }
  return "";
}

bool has_files_of_its_kind(const Manifest& manifest) {
  std::vector<std::string> names, wanted = {kIndex};
  if (manifest.kind == Kind::full) wanted.push_back(kImage);
  if (manifest.kind == Kind::pages && manifest.stored_pages > 0) wanted.push_back(kPages);
  for (const auto& file : manifest.files) names.push_back(file.name);
  std::ranges::sort(names);
  std::ranges::sort(wanted);
  return names == wanted;
}

std::string missing_part(const Entry& entry, const std::vector<Entry>& entries) {
  for (const auto& id : entry.manifest.parts) {
    const auto* part = find(entries, id);
    if (part == nullptr) return "it needs " + id + ", which is missing";
    if (!part->is_sound() && id != entry.id) return "it needs " + id + ": " + part->problem;
    if ((part->manifest.kind == Kind::full) != (id == entry.manifest.parts.front()))
      return "it needs " + id + " as what that is not";
  }
  return "";
}

}  // namespace

std::string new_backup_id(Instant now) {
  std::string id;
  for (const char c : format_rfc3339(now).substr(0, 19))
    if (c != '-' && c != ':') id += c;
  id += "Z-";
  auto random = os::random64();
  for (int i = 0; i < 6; ++i, random /= 16) id += "0123456789abcdef"[random % 16];
  return id;
}

std::optional<Instant> time_of(const std::string& id) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (id.size() != kStampSize + 7 || id[kStampSize] != '-' ||
      !std::all_of(id.begin() + kStampSize + 1, id.end(), is_hex))
    return std::nullopt;
  const auto part = [&](size_t at, size_t size) { return id.substr(at, size); };
  if (id[8] != 'T' || id[15] != 'Z') return std::nullopt;
  return parse_rfc3339(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(9, 2) + ":" +
                       part(11, 2) + ":" + part(13, 2) + "Z");
}

const Entry* find(const std::vector<Entry>& entries, const std::string& id) {
  const auto found = std::ranges::find(entries, id, &Entry::id);
  return found == entries.end() ? nullptr : &*found;
}

void Shelf::enter(Duration patience) {
  os::make_directories(path_);
  if (!lock_.lock(patience))
    throw Error(Fault::temporary, "enter " + path_ + ": another cb-backup is at work there (" +
                                      holder_of(lock_) + ")");
  for (const auto& name : os::list_directory(path_))
    if (name.starts_with(kDraft)) os::remove_all(path_ + "/" + name);
}

Entry Shelf::read(const std::string& id) const {
  Entry entry{
      .id = id, .created = time_of(id).value(), .manifest = {}, .problem = {}, .verdict = {}};
  const auto directory = directory_of(id);
  try {
    const auto text = os::read_file(directory + "/" + kManifest);
    if (!text) throw Error(Fault::data, "it is missing");
    entry.manifest = parse_manifest(*text);
    if (entry.manifest.id != id) throw Error(Fault::data, "it is that of " + entry.manifest.id);
    if (!has_files_of_its_kind(entry.manifest)) throw Error(Fault::data, "it names other files");
    entry.created = entry.manifest.created;
    entry.problem = missing_file(entry.manifest, directory);
    entry.verdict = read_verdict(directory + "/" + kVerdict);
    if (entry.problem.empty() && entry.verdict) entry.problem = entry.verdict->problem;
  } catch (const Error& error) {
    entry.problem = std::string(kManifest) + ": " + error.what();
  }
  return entry;
}

std::vector<Entry> Shelf::entries() const {
  std::vector<Entry> entries;
  for (const auto& name : os::list_directory(path_))
    if (time_of(name)) entries.push_back(read(name));
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return a.created != b.created ? a.created > b.created : a.id > b.id;
  });
  for (auto& entry : entries)  // a problem of one is a problem of those that need it
    if (entry.is_sound()) entry.problem = missing_part(entry, entries);
  return entries;
}

Shelf::Draft::Draft(const Shelf& shelf, const std::string& id)
    : shelf_(shelf), path_(shelf.path() + "/" + std::string(kDraft) + id), id_(id) {
  os::make_directory(path_);
}

Shelf::Draft::~Draft() {
  try {
    if (!path_.empty()) os::remove_all(path_);
  } catch (const Error&) {
    // The next to enter removes it.
  }
}

void Shelf::Draft::publish() {
  os::sync_path(path_);
  os::rename_path(path_, shelf_.directory_of(id_));
  path_.clear();
  os::sync_path(shelf_.path());
}

// First out of sight, as a whole: a backup that is seen has all its files.
void Shelf::remove(const std::string& id) const {
  const auto hidden = path_ + "/" + std::string(kDraft) + "removed-" + id;
  if (os::rename_path(directory_of(id), hidden)) os::remove_all(hidden);
}

void Shelf::record(const std::string& id, const Verdict& verdict) const {
  const Json json = {{"at", format_rfc3339(verdict.at)}, {"problem", verdict.problem}};
  os::replace_file(directory_of(id) + "/" + kVerdict, to_line(json) + "\n", os::Sync::file);
}

bool Shelf::is_handed_over(const std::string& id) const {
  return os::exists(directory_of(id) + "/" + kHandedOver);
}

void Shelf::note_handed_over(const std::string& id, Instant now) const {
  os::write_file(directory_of(id) + "/" + kHandedOver, format_rfc3339(now) + "\n");
}

}  // namespace cb::backup
