#include "serve.h"

#include "os/file.h"

namespace cb::upstream_file {
namespace {

using upstream::Failure;
using upstream::Listed;
using upstream::Written;

std::variant<Written, Failure> written(std::variant<Version, Failure> result) {
  if (auto* failure = std::get_if<Failure>(&result)) return std::move(*failure);
  return Written{std::get<Version>(std::move(result))};
}

}  // namespace

std::optional<Failure> FileTracker::greet(const upstream::Hello& hello) {
  const std::string kKnown[] = {"path"};
  refuse_unknown_members(hello.options, "/options", kKnown);
  const std::string name = upstream::require_path(hello.options, "path");
  const std::string path = os::resolve_path(name, surroundings_.directory, surroundings_.home);
  board_.emplace(BoardFile(path, name, surroundings_.patience), hello.source);
  return std::nullopt;
}

std::variant<Listed, Failure> FileTracker::list(const std::optional<std::string>& cursor,
                                                const OnTask& on_task) {
  auto result = board_->list(cursor);
  if (auto* failure = std::get_if<Failure>(&result)) return std::move(*failure);
  const Listing& listing = std::get<Listing>(result);
  for (const std::string& problem : listing.problems) surroundings_.problem(problem);
  for (const Json& task : listing.tasks) on_task(task);
  return Listed{listing.cursor, listing.problems.empty(), listing.is_full};
}

std::variant<Json, Failure> FileTracker::get(const std::string& task) { return board_->get(task); }

std::variant<Written, Failure> FileTracker::set_status(const upstream::SetStatus& operation) {
  return written(board_->set_status(operation));
}

std::variant<Written, Failure> FileTracker::comment(const upstream::Comment& operation) {
  return written(board_->comment(operation, surroundings_.now()));
}

std::variant<Written, Failure> FileTracker::attach(const upstream::Attach& operation) {
  return written(board_->attach(operation));
}

}  // namespace cb::upstream_file
