#include "post.h"

#include <algorithm>

#include "os/env.h"
#include "state/sources.h"

namespace cb::exec {

struct Post::Route {
  Route(state::Store& store, upstream::Settings settings)
      : client(std::move(settings)), courier(store, client) {}
  upstream::Client client;
  flow::Courier courier;
};

Post::Post(state::Store& store, const config::Config& config)
    : store_(store),
      config_(config),
      has_upstream_(std::any_of(config.sources.begin(), config.sources.end(),
                                [](const auto& source) { return source.rules.has_upstream; })) {}
Post::~Post() = default;

Post::Route* Post::route(const std::string& source) {
  if (const auto found = routes_.find(source); found != routes_.end()) return found->second.get();
  const auto* configured = config_.find_source(source);
  if (configured == nullptr || !configured->rules.has_upstream) return nullptr;
  auto settings = flow::helper_settings(config_, *configured, os::environment_list());
  return routes_.emplace(source, std::make_unique<Route>(store_, std::move(settings)))
      .first->second.get();
}

void Post::send_first(const std::string& source, int64_t task, const std::string& op) {
  if (auto* to = route(source)) {
    to->courier.add_fresh(op);
    to->courier.prefer(task);
  }
}

void Post::pump(Instant now) {
  if (!has_upstream_) return;
  for (const auto& source : state::sources_owed(*store_.db, now)) route(source);
  for (auto& [source, route] : routes_) route->courier.pump(now);
}

std::vector<flow::Delivery> Post::collect(Instant now) {
  std::vector<flow::Delivery> deliveries;
  for (auto& [source, route] : routes_)
    if (auto delivery = route->courier.advance(now)) deliveries.push_back(std::move(*delivery));
  return deliveries;
}

bool Post::is_busy() const {
  return std::any_of(routes_.begin(), routes_.end(),
                     [](const auto& entry) { return entry.second->courier.is_busy(); });
}

bool Post::is_idle(Instant now) {
  return std::all_of(routes_.begin(), routes_.end(),
                     [&](const auto& entry) { return entry.second->courier.is_idle(now); });
}

std::optional<model::Breaker> Post::left_alone(const std::string& source, Instant now) {
  if (!state::load_breaker(*store_.db, source).is_open()) return std::nullopt;
  const auto* to = route(source);
  return to == nullptr ? std::nullopt : to->courier.left_alone(now);
}

std::vector<pollfd> Post::interest() const {
  std::vector<pollfd> all;
  for (const auto& [source, route] : routes_) {
    if (!route->courier.is_busy()) continue;
    const auto some = route->client.interest();
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::optional<Duration> Post::time_left() const {
  std::optional<Duration> least;
  for (const auto& [source, route] : routes_) {
    const auto left = route->client.time_left();
    if (left && (!least || *left < *least)) least = left;
  }
  return least;
}

}  // namespace cb::exec
