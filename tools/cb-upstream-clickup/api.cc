#include "api.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "mend.h"
#include "token.h"

namespace cb::upstream_clickup {
namespace {

using upstream::Failure;
using upstream::Kind;

constexpr int kTries = 4;
constexpr Duration kBelieved = std::chrono::minutes(1);
constexpr Duration kFirstPause = std::chrono::milliseconds(500);

Effect effect_of(const Request& request) {
  return request.method == Method::get ? Effect::none : Effect::write;
}

Kind kind_of(const NoResponse& failure, Effect effect) {
  return effect == Effect::write && failure.is_maybe_sent ? Kind::unknown_outcome : Kind::transient;
}

const Failure& failure_in(const Answer& answer) { return std::get<Failure>(answer); }

bool has_workspace(const Json& teams, const std::string& workspace) {
  const auto list = teams.find("teams");
  if (list == teams.end() || !list->is_array()) return false;
  for (const Json& team : *list) {
    if (!team.is_object() || !team.contains("id")) continue;
    const Json& id = team["id"];
    if ((id.is_string() ? id.get<std::string>() : to_line(id)) == workspace) return true;
  }
  return false;
}

}  // namespace

Api::Api(Settings settings)
    : settings_(std::move(settings)),
      http_(settings_.timeouts),
      throttle_(settings_.throttle, settings_.timer) {
  throttle_.note_line();
}

void Api::authorize() {
  token_ = settings_.read_token();
  http_.set_authorization(authorization(token_));
}

void Api::begin() {
  is_begun_ = false;
  throttle_.note_line();
}

std::optional<Failure> Api::await_turn(const std::string& what) {
  if (const auto left = throttle_.await_turn(is_begun_)) {
    return Failure{Kind::rate_limited, what + ": ClickUp's limit of requests a minute is reached",
                   *left};
  }
  // What begins now may take its whole timeout, and cb waits only so long.
  if (throttle_.is_late())
    return Failure{Kind::transient, what + ": ClickUp answers too slowly", {}};
  is_begun_ = true;
  return std::nullopt;
}

Answer Api::read(const Response& response, Effect effect, const std::string& what) {
  if (auto failure = classify(response.status, response.body, effect, what)) {
    is_about_visibility_ = response.status == 401 && failure->kind == Kind::not_found;
    failure->message = without_token(std::move(failure->message), token_);
    return *std::move(failure);
  }
  try {
    Json value = parse_answer(response.body);
    if (value.is_object()) return value;
  } catch (const Error&) {
    // As below: what an answer is worth that nobody can read.
  }
  const Kind kind = effect == Effect::write ? Kind::unknown_outcome : Kind::transient;
  return Failure{kind, what + ": the answer is no JSON object", {}};
}

Answer Api::try_once(const Request& request, const std::string& what) {
  const auto sent = http_.send(request);
  is_about_visibility_ = false;
  if (const auto* nothing = std::get_if<NoResponse>(&sent)) {
    return Failure{kind_of(*nothing, effect_of(request)),
                   without_token(what + ": " + nothing->cause, token_),
                   {}};
  }
  const auto& response = std::get<Response>(sent);
  if (const auto date = date_of(response.headers)) server_time_ = date;
  const Rate rate = read_rate(response.headers, settings_.now());
  throttle_.note_rate(rate);
  Answer answer = read(response, effect_of(request), what);
  const bool is_refused = !value_in(answer) && failure_in(answer).kind == Kind::rate_limited;
  if (is_refused) throttle_.note_refusal(rate);
  return answer;
}

// The file may have been written anew since it was read.
bool Api::has_new_token() {
  const std::string old = token_;
  try {
    authorize();
  } catch (const Error&) {
    return false;
  }
  return token_ != old;
}

// "Not visible" may be said of a task that is gone, or of everything: then the token is what is
// wrong, and nothing must be given up.
Answer Api::explain(Failure failure, const std::string& what) {
  const Duration now = settings_.timer.elapsed();
  if (workspace_seen_at_ && now - *workspace_seen_at_ < kBelieved) return failure;
  workspace_seen_at_ = now;  // also the end of this recursion
  const Answer teams = get("/team", what);
  const Json* seen = value_in(teams);
  if (seen && has_workspace(*seen, settings_.workspace)) return failure;
  workspace_seen_at_.reset();
  if (seen) {
    return Failure{Kind::unauthorized,
                   what + ": the token does not see the workspace " + settings_.workspace,
                   {}};
  }
  return failure_in(teams).kind == Kind::not_found ? failure : failure_in(teams);
}

Answer Api::call(const Request& request, const std::string& what) {
  bool is_token_new = false;
  for (int tries = 1;; ++tries) {
    if (auto failure = await_turn(what)) return *std::move(failure);
    Answer answer = try_once(request, what);
    if (value_in(answer)) return answer;
    const Failure& failure = failure_in(answer);
    if (failure.kind == Kind::rate_limited && tries < kTries) continue;  // it did nothing; waits
    if (failure.kind == Kind::unauthorized && !is_token_new && has_new_token()) {
      is_token_new = true;
      continue;
    }
    if (is_about_visibility_) return explain(failure, what);
    const bool is_harmless = effect_of(request) == Effect::none && failure.kind == Kind::transient;
    const Duration pause = kFirstPause * (1 << (tries - 1));
    if (!is_harmless || tries == kTries || !throttle_.wait(pause + throttle_.jitter(pause))) {
      return answer;
    }
  }
}

Answer Api::get(const std::string& path, const std::string& what) {
  return call({.method = Method::get, .url = settings_.base_url + path}, what);
}

Answer Api::put(const std::string& path, const Json& body, const std::string& what) {
  return call({.method = Method::put, .url = settings_.base_url + path, .body = to_line(body)},
              what);
}

Answer Api::post(const std::string& path, const Json& body, const std::string& what) {
  return call({.method = Method::post, .url = settings_.base_url + path, .body = to_line(body)},
              what);
}

Answer Api::upload(const std::string& path, const Upload& file, const std::string& what) {
  return call({.method = Method::post, .url = settings_.base_url + path, .upload = file}, what);
}

}  // namespace cb::upstream_clickup
