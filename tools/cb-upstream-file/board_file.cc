#include "board_file.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/pipe.h"

namespace cb::upstream_file {
namespace {

using upstream::Failure;
using upstream::Kind;

constexpr Duration kPause = std::chrono::milliseconds(50);
constexpr int kTries = 50;

std::string lock_path(const std::string& path) {
  return os::parent_path(path) + "/." + path.substr(path.rfind('/') + 1) + ".lock";
}

}  // namespace

Failure failure(Kind kind, const std::string& message) { return {kind, printable(message), {}}; }

BoardFile::BoardFile(std::string path, std::string name, Patience patience)
    : path_(std::move(path)), name_(std::move(name)), patience_(patience) {}

std::variant<Content, Failure> BoardFile::read() const {
  const Duration end = os::boot_time() + patience_.half_written;
  while (true) {
    auto content = read_once();
    if (std::holds_alternative<Content>(content) || os::boot_time() >= end) return content;
    os::wait_for({}, kPause);
  }
}

std::variant<Content, Failure> BoardFile::read_once() const {
  const auto path = os::real_path(path_);
  auto file = path ? os::read_snapshot(*path) : std::nullopt;
  if (!file) return failure(Kind::transient, "read " + name_ + ": no such file");
  try {
    Json json = parse_json(file->bytes);
    if (!json.is_object() || !json.contains("tasks") || !json["tasks"].is_array()) {
      return failure(Kind::transient, name_ + ": no array \"tasks\"");
    }
    return Content{*path, std::move(*file), std::move(json)};
  } catch (const Error& error) {
    return failure(Kind::transient, name_ + ": " + error.what());
  }
}

std::variant<Version, Failure> BoardFile::change(const Edit& edit) const {
  auto path = os::real_path(path_);
  if (!path) {
    const auto content = read();
    if (const auto* refused = std::get_if<Failure>(&content)) return *refused;
    path = std::get<Content>(content).path;
  }
  os::FileLock lock(lock_path(*path));
  if (lock.lock(patience_.lock)) return change_locked(edit);
  const auto holder = lock.holder();
  return failure(Kind::transient,
                 "lock " + name_ + ": held by " +
                     (holder ? "process " + std::to_string(*holder) : "another process"));
}

std::variant<Version, Failure> BoardFile::change_locked(const Edit& edit) const {
  for (int i = 0; i < kTries; ++i) {
    const auto read_result = read();
    if (const auto* refused = std::get_if<Failure>(&read_result)) return *refused;
    const Content& content = std::get<Content>(read_result);
    const Edited edited = edit(content);
    if (const auto* refused = std::get_if<Failure>(&edited)) return *refused;
    const auto& text = std::get<std::optional<std::string>>(edited);
    if (!text) return content.version();
    const auto replaced = replace(content, *text);
    if (const auto* refused = std::get_if<Failure>(&replaced)) return *refused;
    if (const auto& version = std::get<std::optional<Version>>(replaced)) return *version;
  }
  return failure(Kind::transient, "change " + name_ + ": others change it all the time");
}

std::variant<std::optional<Version>, Failure> BoardFile::replace(const Content& content,
                                                                 const std::string& text) const {
  try {
    const auto version = os::replace_unchanged(content.path, content.file, text);
    return version ? std::optional(std::to_string(*version)) : std::nullopt;
  } catch (const Error& error) {
    if (os::read_file(content.path) != text) throw;
    return failure(Kind::unknown_outcome, error.what());
  }
}

}  // namespace cb::upstream_file
