#include "flow/listing.h"

#include <algorithm>

#include "base/text.h"
#include "flow/breaker.h"
#include "state/outbox.h"

namespace cb::flow {
namespace {

constexpr size_t kListingBatch = 500;

std::optional<std::string> choose_cursor(const ListingOf& of, Instant now) {
  auto& db = *of.store.db;
  auto row = state::load_source(db, of.source.rules.name);
  const auto is_old =
      !row.full_at || *row.full_at + of.source.full_every <= now || *row.full_at > now;
  const auto is_full =
      of.scope == Scope::everything || is_old || state::has_missed(db, of.source.rules.name);
  return is_full ? std::nullopt : std::move(row.cursor);
}

// What a task that cannot be read calls itself.
std::string id_in(const Json& value) {
  if (!value.is_object()) return "?";
  const auto id = value.find("id");
  if (id == value.end()) return "?";
  return excerpt(id->is_string() ? id->get<std::string>() : to_line(*id), 100);
}

bool is_true(const Json& answer, const char* name) {
  const auto member = answer.find(name);
  return member != answer.end() && member->is_boolean() && member->get<bool>();
}

std::optional<std::string> cursor_in(const Json& answer) {
  const auto cursor = answer.find("cursor");
  if (cursor == answer.end() || !cursor->is_string()) return std::nullopt;
  return cursor->get<std::string>();
}

}  // namespace

bool is_complete(const Json& answer) { return is_true(answer, "complete"); }

Listing::Listing(const ListingOf& of, Intake& intake, Now now)
    : of_(of),
      intake_(intake),
      now_(std::move(now)),
      listed_since_(state::deliveries(*of.store.db)),
      cursor_(choose_cursor(of, now_())) {}

void Listing::refuse(const Json& value, const std::string& cause) {
  ++refused_;
  intake_.refused(of_.source.rules.name + ":" + id_in(value) + ": " + cause);
}

void Listing::take(const Json& value) {
  auto read = model::read_task(value, of_.source.rules.name);
  if (const auto* problem = std::get_if<model::Problem>(&read)) return refuse(value, problem->line);
  auto& task = std::get<model::Task>(read);
  if (task.name.source != of_.source.rules.name)
    return refuse(value, "/source: it names another source, " + task.name.source);
  // The last batch is kept back for finish().
  if (batch_.size() == kListingBatch) intake_.change([this](auto& db) { admit_batch(db); });
  seen_.insert(task.name.id);
  batch_.push_back(std::move(task));
}

void Listing::admit_batch(db::Connection& db) {
  const Rules rules{of_.source.rules, of_.config.handlers};
  const auto now = now_();
  for (const auto& task : batch_)
    intake_.took(task, admit(db, rules,
                             {.task = task, .listed_since = listed_since_, .look = of_.look}, now));
  batch_.clear();
}

bool Listing::is_absence_believed(const Json& answer) const {
  return is_complete(answer) && (!cursor_ || is_true(answer, "full")) && refused_ == 0;
}

void Listing::note_absence(db::Connection& db) {
  for (const auto& present : state::present_tasks(db, of_.source.rules.name)) {
    if (seen_.contains(present.id)) continue;
    auto row = state::get_task(db, present.n);
    const auto before = row.state;
    const auto is_gone = note_missing(db, row, now_());
    intake_.missed(row, before, is_gone);
  }
}

// A listing that is not complete leaves the cursor: what it did not say will be asked for again.
void Listing::settle(db::Connection& db, const Json& answer) {
  auto row = state::load_source(db, of_.source.rules.name);
  const auto now = now_();
  row.listed_at = now;
  if (is_complete(answer)) {
    row.cursor = cursor_in(answer);
    if (!cursor_ || is_true(answer, "full")) row.full_at = now;
  }
  row.error.clear();
  row.error_at.reset();
  row.failures = 0;
  state::save_source(db, row);
}

void Listing::finish(const Json& answer) {
  intake_.change([&](auto& db) {
    admit_batch(db);
    if (is_absence_believed(answer)) note_absence(db);
    settle(db, answer);
    note_reply(db, of_.settings, std::nullopt, Asked::for_listing, now_());
  });
}

void Listing::fail(const upstream::Failure& failure) {
  const auto now = now_();
  intake_.change([&](auto& db) {
    admit_batch(db);
    auto row = state::load_source(db, of_.source.rules.name);
    row.error = failure.message;
    row.error_at = now;
    row.failures += 1;
    state::save_source(db, row);
    note_reply(db, of_.settings, failure, Asked::for_listing, now);
  });
}

std::optional<upstream::Failure> list(Listing& listing, upstream::Client& client,
                                      const std::function<void()>& on_task) {
  auto answer = client.call(upstream::list_request(listing.cursor()), [&](const Json& task) {
    listing.take(task);
    if (on_task) on_task();
  });
  if (answer.failure)
    listing.fail(*answer.failure);
  else
    listing.finish(answer.body);
  return answer.failure;
}

std::string listing_lock(const state::Layout& layout, const std::string& source) {
  return layout.locks() + "/poll-" + source;
}

}  // namespace cb::flow
