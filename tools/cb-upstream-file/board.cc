#include "board.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "attachment.h"
#include "base/text.h"
#include "edit.h"
#include "model/task.h"

namespace cb::upstream_file {
namespace {

using upstream::Failure;
using upstream::Kind;

constexpr std::array kMembers = {"id",       "title", "kind",   "status", "due",
                                 "priority", "after", "fields", "url"};

std::string pointer_to(size_t index) { return ": /tasks/" + std::to_string(index); }

// What of an entry is the protocol's; the rest belongs to the people who wrote it.
Json members_of(const Json& entry) {
  Json task = Json::object();
  for (const char* name : kMembers) {
    const auto member = entry.find(name);
    if (member != entry.end() && !member->is_null()) task[name] = *member;
  }
  return task;
}

Json shown(const Json& entry, const Version& version) {
  Json task = members_of(entry);
  task["version"] = version;
  return task;
}

bool has_id(const Json& entry, const std::string& id) {
  return entry.is_object() && entry.contains("id") && entry["id"] == id;
}

bool has_string_id(const Json& entry) {
  return entry.is_object() && entry.contains("id") && entry["id"].is_string();
}

bool has_entry(const Json& list, const std::string& id) {
  return std::any_of(list.begin(), list.end(), [&](const Json& each) { return has_id(each, id); });
}

std::string signature(std::string_view bytes) {
  return std::to_string(hash64(bytes)) + "-" + std::to_string(bytes.size());
}

Place place_of(std::string_view text, size_t index) {
  return find_element(text, find_member(text, root(text), "tasks").value(), index).value();
}

}  // namespace

Board::Board(BoardFile file, std::string source)
    : file_(std::move(file)), source_(std::move(source)) {}

// Why an entry is no task, as "POINTER: cause"; nullopt when it is one.
std::optional<std::string> Board::problem_of(const Json& entry) const {
  if (!entry.is_object()) return ": not an object but " + type_name(entry);
  if (entry.contains("source") && entry["source"] != source_) {
    return "/source: not \"" + source_ + "\", the source of this board";
  }
  const auto task = model::read_task(members_of(entry), source_);
  if (const auto* problem = std::get_if<model::Problem>(&task)) return problem->line;
  return std::nullopt;
}

std::variant<Listing, Failure> Board::list(const std::optional<std::string>& cursor) const {
  const auto read = file_.read();
  if (const auto* refused = std::get_if<Failure>(&read)) return *refused;
  const Content& content = std::get<Content>(read);
  Listing listing;
  listing.cursor = signature(content.file.bytes);
  listing.is_full = cursor != listing.cursor;
  if (!listing.is_full) return listing;

  std::unordered_set<std::string> ids;
  for (size_t index = 0; index < content.tasks().size(); ++index) {
    const Json& entry = content.tasks()[index];
    auto problem = problem_of(entry);
    const bool is_first = !has_string_id(entry) || ids.insert(entry["id"]).second;
    if (!problem && !is_first) problem = "/id: an earlier task has it";
    if (problem) {
      listing.problems.push_back(printable(file_.name() + pointer_to(index) + *problem));
    } else {
      listing.tasks.push_back(shown(entry, content.version()));
    }
  }
  return listing;
}

// The first of several, whatever is wrong with it; list() agrees.
std::variant<size_t, Failure> Board::find(const Content& content, const std::string& task) const {
  const Json& tasks = content.tasks();
  for (size_t index = 0; index < tasks.size(); ++index) {
    if (has_id(tasks[index], task)) return index;
  }
  return failure(Kind::not_found, "find task " + excerpt(task, 300) + ": not in " + file_.name());
}

std::variant<Json, Failure> Board::get(const std::string& task) const {
  const auto read = file_.read();
  if (const auto* refused = std::get_if<Failure>(&read)) return *refused;
  const Content& content = std::get<Content>(read);
  const auto found = find(content, task);
  if (const auto* refused = std::get_if<Failure>(&found)) return *refused;
  const size_t index = std::get<size_t>(found);
  const Json& entry = content.tasks()[index];
  if (const auto problem = problem_of(entry)) {
    return failure(Kind::invalid, file_.name() + pointer_to(index) + *problem);
  }
  return shown(entry, content.version());
}

std::variant<Version, Failure> Board::change(const std::string& task, const Edit& edit) const {
  return file_.change([&](const Content& content) -> BoardFile::Edited {
    const auto found = find(content, task);
    if (const auto* refused = std::get_if<Failure>(&found)) return *refused;
    return edit(content, std::get<size_t>(found));
  });
}

std::variant<Version, Failure> Board::set_status(const upstream::SetStatus& operation) const {
  return change(operation.task, [&](const Content& content, size_t index) -> BoardFile::Edited {
    const Json& entry = content.tasks()[index];
    if (entry.contains("status") && entry["status"] == operation.status) return std::nullopt;
    const std::string& text = content.file.bytes;
    return set_member(text, place_of(text, index), "status", operation.status);
  });
}

std::variant<Version, Failure> Board::comment(const upstream::Comment& operation,
                                              Instant now) const {
  return append_once(operation.task, operation.op, "comments", [&](const Content&) {
    return Json{{"id", operation.op}, {"text", operation.text}, {"at", format_rfc3339(now)}};
  });
}

std::variant<Version, Failure> Board::attach(const upstream::Attach& operation) const {
  const MakeEntry copy = [&](const Content& content) -> std::variant<Json, Failure> {
    const auto path = keep_attachment(content.path, operation.task, operation.path, operation.name);
    if (!path) return failure(Kind::invalid, "attach " + operation.path + ": no such file");
    return Json{{"id", operation.op}, {"name", operation.name}, {"path", *path}};
  };
  return append_once(operation.task, operation.op, "attachments", copy);
}

std::variant<Version, Failure> Board::append_once(const std::string& task, const std::string& op,
                                                  const char* list,
                                                  const MakeEntry& make_entry) const {
  return change(task, [&](const Content& content, size_t index) -> BoardFile::Edited {
    const Json& entry = content.tasks()[index];
    const auto entries = entry.find(list);
    if (entries != entry.end() && !entries->is_array()) {
      return failure(Kind::invalid, file_.name() + pointer_to(index) + "/" + list +
                                        ": not an array but " + type_name(*entries));
    }
    if (entries != entry.end() && has_entry(*entries, op)) return std::nullopt;
    const auto made = make_entry(content);
    if (const auto* refused = std::get_if<Failure>(&made)) return *refused;
    const std::string& text = content.file.bytes;
    return append_to_member(text, place_of(text, index), list, std::get<Json>(made));
  });
}

}  // namespace cb::upstream_file
