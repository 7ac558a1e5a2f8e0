#include "tracker.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "connection.h"
#include "listing.h"

namespace cb::upstream_clickup {

using upstream::Failure;
using upstream::Kind;
using upstream::Listed;
using upstream::Written;

ClickUpTracker::ClickUpTracker(Surroundings surroundings)
    : surroundings_(std::move(surroundings)) {}

ClickUpTracker::~ClickUpTracker() = default;

// Without a token nothing is wrong with the requests that wait: they are asked again later.
std::optional<Failure> ClickUpTracker::greet(const upstream::Hello& hello) {
  connection_.reset();
  try {
    connection_ =
        std::make_unique<Connection>(read_options(hello.options), surroundings_.places,
                                     surroundings_.timer, surroundings_.now, surroundings_.problem);
  } catch (const Error& error) {
    if (error.fault() != Fault::configuration) throw;
    return Failure{Kind::unauthorized, error.what(), {}};
  }
  return std::nullopt;
}

std::variant<Listed, Failure> ClickUpTracker::list(const std::optional<std::string>& cursor,
                                                   const OnTask& on_task) {
  connection_->api.begin();
  const auto since = cursor ? parse_cursor(*cursor) : std::nullopt;
  Listing listing({.api = connection_->api,
                   .workspace = connection_->workspace,
                   .scope = connection_->options.scope,
                   .on_task = on_task,
                   .flush = surroundings_.flush,
                   .problem = surroundings_.problem},
                  since);
  auto result = listing.run();
  account("list");
  auto* listed = std::get_if<Listed>(&result);
  if (listed && cursor && !since) listed->is_full = true;  // a cursor of something else
  return result;
}

std::variant<Json, Failure> ClickUpTracker::get(const std::string& task) {
  connection_->api.begin();
  auto& [options, api, workspace, writer] = *connection_;
  const std::string what = "get task " + printable(task);
  Answer answer = api.get("/task/" + api.escape(task), what);
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  const Json& found = std::get<Json>(answer);
  writer.note(found);
  // What a listing would not tell of is not there.
  if (is_archived(found)) return Failure{Kind::not_found, what + ": it is archived", {}};
  if (!is_in_scope(found, options.scope)) {
    return Failure{Kind::not_found,
                   what + ": it is in no " + to_string(options.scope.level) + " of this source",
                   {}};
  }
  if (auto failure = workspace.prepare(found)) return *std::move(failure);
  auto read = to_protocol(found, workspace.reading());
  if (auto* problem = std::get_if<std::string>(&read)) {
    return Failure{Kind::invalid, what + ": " + *problem, {}};
  }
  account("get");
  return std::get<Json>(std::move(read));
}

std::variant<Written, Failure> ClickUpTracker::set_status(const upstream::SetStatus& operation) {
  connection_->api.begin();
  auto result = connection_->writer.set_status(operation);
  account("set_status");
  return result;
}

std::variant<Written, Failure> ClickUpTracker::comment(const upstream::Comment& operation) {
  connection_->api.begin();
  auto result = connection_->writer.comment(operation);
  account("comment");
  return result;
}

std::variant<Written, Failure> ClickUpTracker::attach(const upstream::Attach& operation) {
  connection_->api.begin();
  auto result = connection_->writer.attach(operation);
  account("attach");
  return result;
}

void ClickUpTracker::account(std::string_view operation) {
  surroundings_.detail(std::string(operation) + ": " + std::to_string(connection_->api.requests()) +
                       " requests so far, " + std::to_string(connection_->api.bytes_received()) +
                       " bytes received");
}

}  // namespace cb::upstream_clickup
