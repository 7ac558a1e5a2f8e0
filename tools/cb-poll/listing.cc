#include "listing.h"

#include <algorithm>

#include "base/text.h"
#include "model/outcome.h"
#include "state/events.h"

namespace cb::poll {
namespace {

constexpr size_t kListingBatch = 500;
constexpr model::Backoff kBackoff = {
    .first = std::chrono::seconds(5), .factor = 2, .max = std::chrono::minutes(30)};

std::optional<std::string> choose_cursor(const Job& job, const config::Source& source) {
  auto& db = *job.store.db;
  auto row = state::load_source(db, source.rules.name);
  const auto is_old =
      !row.full_at || *row.full_at + source.full_every <= job.now() || *row.full_at > job.now();
  const auto is_full = job.options.full || is_old || state::has_missed(db, source.rules.name);
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

bool is_complete(const Json& answer) { return is_true(answer, "complete"); }

std::optional<std::string> cursor_in(const Json& answer) {
  const auto cursor = answer.find("cursor");
  if (cursor == answer.end() || !cursor->is_string()) return std::nullopt;
  return cursor->get<std::string>();
}

}  // namespace

Listing::Listing(const Job& job, const config::Source& source)
    : job_(job),
      source_(source),
      listed_since_(state::newest_event(*job.store.db)),
      cursor_(choose_cursor(job, source)),
      progress_("listing " + source.rules.name, job.options.common) {
  job.report.begin();
}

void Listing::refuse(const Json& value, const std::string& cause) {
  job_.report.refuse(source_.rules.name + ":" + id_in(value) + ": " + cause);
}

void Listing::take(const Json& value) {
  auto read = model::read_task(value, source_.rules.name);
  if (const auto* problem = std::get_if<model::Problem>(&read)) return refuse(value, problem->line);
  auto& task = std::get<model::Task>(read);
  if (task.name.source != source_.rules.name)
    return refuse(value, "/source: it names another source, " + task.name.source);
  // The last batch is kept back for finish().
  if (batch_.size() == kListingBatch) job_.change([this](auto& db) { admit_batch(db); });
  seen_.insert(task.name.id);
  batch_.push_back(std::move(task));
  progress_.update(seen_.size(), 0);
}

void Listing::admit_batch(db::Connection& db) {
  const flow::Rules rules{source_.rules, job_.config.handlers};
  const auto now = job_.now();
  for (const auto& task : batch_) {
    const auto admitted =
        flow::admit(db, rules, {.task = task, .listed_since = listed_since_}, now);
    job_.report.count(admitted.kind);
  }
  batch_.clear();
}

bool Listing::is_absence_believed(const Json& answer) const {
  return is_complete(answer) && (!cursor_ || is_true(answer, "full")) && job_.report.refused() == 0;
}

void Listing::note_absence(db::Connection& db) {
  for (const auto& present : state::present_tasks(db, source_.rules.name)) {
    if (seen_.contains(present.id)) continue;
    auto row = state::get_task(db, present.n);
    flow::note_missing(db, row, job_.now());
  }
}

// A listing that is not complete leaves the cursor: what it did not say will be asked for again.
void Listing::settle(db::Connection& db, const Json& answer) {
  auto row = state::load_source(db, source_.rules.name);
  const auto now = job_.now();
  row.listed_at = now;
  if (is_complete(answer)) {
    row.cursor = cursor_in(answer);
    if (!cursor_ || is_true(answer, "full")) row.full_at = now;
  }
  row.error.clear();
  row.error_at.reset();
  row.failures = 0;
  row.next_try.reset();
  state::save_source(db, row);
}

void Listing::finish(const Json& answer) {
  job_.change([&](auto& db) {
    admit_batch(db);
    if (is_absence_believed(answer)) note_absence(db);
    settle(db, answer);
  });
  progress_.finish();
  if (!is_complete(answer))
    job_.report.messages().note(source_.rules.name +
                                ": the listing is not complete; tasks may be missing in it");
  job_.report.summarize(source_.rules.name);
}

void Listing::fail(const upstream::Failure& failure) {
  const auto& name = source_.rules.name;
  const auto now = job_.now();
  job_.change([&](auto& db) {
    admit_batch(db);
    auto row = state::load_source(db, name);
    row.error = failure.message;
    row.error_at = now;
    row.failures += 1;
    row.next_try = next_try(failure, row.failures, now);
    state::save_source(db, row);
  });
  progress_.finish();
  job_.report.unreachable(name + ": " + failure.message);
}

Instant next_try(const upstream::Failure& failure, int failures, Instant now) {
  using upstream::Kind;
  const auto is_refused = failure.kind == Kind::unauthorized || failure.kind == Kind::forbidden;
  const auto wait = is_refused ? kBackoff.max : model::backoff_before(failures + 1, kBackoff, 0);
  return now + std::max(wait, failure.retry_after.value_or(Duration::zero()));
}

}  // namespace cb::poll
