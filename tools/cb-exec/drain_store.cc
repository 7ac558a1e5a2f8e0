// What cb-exec commits, what follows from it, and what it does while the store cannot record.
#include "drain.h"

#include <algorithm>

#include "base/text.h"
#include "flow/finish.h"
#include "flow/open.h"
#include "state/reserve.h"

namespace cb::exec {
namespace {

constexpr Duration kPatience = std::chrono::seconds(30);  // with a store that cannot record
constexpr Duration kFirstRetry = std::chrono::milliseconds(200);
constexpr Duration kSpaceLook = std::chrono::seconds(1);
constexpr Duration kLongestRetry = std::chrono::seconds(5);

bool is_look_here(model::Outcome outcome) {
  return outcome == model::Outcome::failed || outcome == model::Outcome::timed_out ||
         outcome == model::Outcome::crashed;
}

}  // namespace

bool Drain::may_claim() const {
  return stops_ == 0 && !trouble_ && !is_disk_short_ && starts_left_ > 0 && jobs_.size() < slots_;
}

// On a disk that is nearly full, what has begun shall end well, and nothing else begin.
void Drain::heed_space() {
  if (!looks_for_work_ || boot_now_ < next_space_) return;
  next_space_ = boot_now_ + kSpaceLook;
  const auto was_short = is_disk_short_;
  is_disk_short_ = !state::has_headroom(store_.layout, config_.backup.headroom) &&
                   (targets_ || claims_.has_next(*store_.db));
  if (is_disk_short_ && !was_short)
    messages_.problem("start tasks: less than backup.headroom is free in " + store_.layout.root +
                      "; none is started until there is room");
}

// Saves the transaction when there is nothing to be found in it.
bool Drain::looks_worthwhile() {
  if (!looks_for_work_ || !may_claim()) return false;
  if (targets_) return looks_for_work_ = !targets_->empty();
  if (state::next_wake(*store_.db).value_or(Instant::max()) <= now_ || claims_.has_next(*store_.db))
    return true;
  looks_for_work_ = false;
  return false;
}

void Drain::commit() {
  if (trouble_ && boot_now_ < retry_at_) return;
  if (trouble_ && !reopen()) return;
  try {
    if (!ended_.empty() || looks_worthwhile()) record_and_claim();
  } catch (const Error& error) {
    on_store_trouble(error);
  }
}

void Drain::record_and_claim() {
  std::vector<Claim> claims;
  db::Transaction transaction(*store_.db);
  for (auto& ended : ended_) record(ended);
  if (may_claim()) claim(claims);
  transaction.commit();
  const auto was_failing = failing_since_.has_value();
  failing_since_.reset();
  after_commit(std::exchange(ended_, {}), std::move(claims));
  if (!was_failing) return;
  is_disk_short_ = false;  // to be told if it is
  next_space_ = {};
  heed_space();
}

void Drain::record(Ended& ended) {
  auto& run = ended.judgement.run;
  auto finished = flow::finish(*store_.db, config_.rules_of(ended.source), ended.judgement, now_);
  run.outcome = finished.finish == state::Finish::superseded ? model::Outcome::superseded
                                                             : ended.judgement.conclusion.outcome;
  run.ended_at = now_;
  ended.row = std::move(finished.row);
}

void Drain::claim(std::vector<Claim>& claims) {
  if (targets_) return claim_targets(claims);
  const auto most = std::min<int64_t>(static_cast<int64_t>(slots_ - jobs_.size()), starts_left_);
  while (static_cast<int64_t>(claims.size()) < most) {
    auto claim = claims_.next(*store_.db, now_);
    if (!claim) {
      looks_for_work_ = false;
      return;
    }
    claims.push_back(std::move(*claim));
  }
}

void Drain::claim_targets(std::vector<Claim>& claims) {
  std::vector<int64_t> later;
  for (const auto task : *targets_) {
    bool is_waiting = jobs_.size() + claims.size() >= slots_;
    auto claim = is_waiting ? std::nullopt : claim_target(task, is_waiting);
    if (claim) claims.push_back(std::move(*claim));
    if (is_waiting) later.push_back(task);
  }
  targets_ = std::move(later);
  looks_for_work_ = false;  // until one of our own has ended
}

std::optional<Claim> Drain::claim_target(int64_t task, bool& is_waiting) {
  auto row = state::get_task(*store_.db, task);
  auto claim = claims_.take(*store_.db, row, now_);
  if (claim) return claim;
  // Its key may be busy with one of our own.
  is_waiting = row.state == model::State::ready && !jobs_.empty();
  if (!is_waiting) refuse_target(row);
  return std::nullopt;
}

void Drain::refuse_target(const state::TaskRow& row) {
  const auto name = model::to_string(row.task.name);
  if (row.state == model::State::running ||
      (row.state == model::State::ready && !row.key.empty())) {
    is_busy_elsewhere_ = true;
    messages_.problem("run " + name + ": " +
                      (row.state == model::State::running ? "already running: " + row.detail
                                                          : "another task of its key runs"));
    return;
  }
  has_refused_ = true;
  auto why = std::string(model::to_string(row.state)) + " (" + row.reason + ")";
  if (!row.detail.empty()) why += ", " + row.detail;
  if (model::is_final(row.state)) why += "; --retry gives it a new start";
  messages_.problem("run " + name + ": it is " + why);
}

void Drain::after_commit(const std::vector<Ended>& recorded, std::vector<Claim> claims) {
  for (const auto& ended : recorded) {
    ends_.recorded(ended.judgement.run.id);
    report(ended);
  }
  if (!recorded.empty()) looks_for_work_ = true;
  for (auto& claim : claims) begin(std::move(claim));
}

void Drain::report(const Ended& ended) {
  const auto& run = ended.judgement.run;
  if (is_look_here(*run.outcome)) has_failed_run_ = true;
  report_.run_ended(store_.layout, ended.row, run);
}

void Drain::begin(Claim claim) {
  starts_left_ -= 1;
  const auto source = claim.row.task.name.source;
  const auto number = claim.row.n;
  jobs_.push_back(std::make_unique<Job>(store_.layout, ends_, std::move(claim.task),
                                        std::move(claim.row), std::move(claim.run),
                                        std::move(claim.lock), std::move(claim.file)));
  auto& job = *jobs_.back();
  if (!claim.fresh_op.empty()) post_.send_first(source, number, claim.fresh_op);
  const auto must_confirm =
      !claim.fresh_op.empty() && config_.rules_of(source).claim == model::Claim::confirmed;
  if (must_confirm)
    unconfirmed_[claim.fresh_op] = &job;
  else
    start(job);
}

void Drain::start(Job& job) {
  const auto* handler = config_.find_handler(job.run().handler);
  job.start(
      {.environment = environment_, .directory = handler && handler->cwd ? *handler->cwd : ""},
      boot_now_);
}

// What has happened must not be lost: it goes to disk beside the run, and is recorded once the
// store can.
void Drain::on_store_trouble(const Error& error) {
  if (!failing_since_) {
    messages_.problem(std::string(error.what()) + "; trying again");
    failing_since_ = boot_now_;
    retry_wait_ = kFirstRetry;
  }
  trouble_ = error;
  if (!ended_.empty() && state::give_up_reserve(store_.layout))
    messages_.problem("the reserve " + store_.layout.reserve() +
                      " was given up, to record what has ended");
  // The room that this made is not for new work, which would be claimed with the next commit.
  if (!state::has_headroom(store_.layout, config_.backup.headroom)) is_disk_short_ = true;
  next_space_ = {};
  retry_at_ = boot_now_ + retry_wait_;
  retry_wait_ = std::min(retry_wait_ * 2, kLongestRetry);
  for (auto& ended : ended_) {
    const auto& run = ended.judgement.run;
    if (ended.is_synced || !ended.end) continue;
    try {
      ends_.keep(run.id, *ended.end, os::Sync::file);
      ended.is_synced = true;
    } catch (const Error&) {
      // No room for even that; it is tried again with the store.
    }
  }
}

bool Drain::reopen() {
  const auto failing_for = boot_now_ - failing_since_.value_or(boot_now_);
  const auto is_hopeless =
      trouble_->fault() == Fault::permanent || (!options_.follow && failing_for > kPatience);
  if (is_hopeless) {
    give_up_all_unconfirmed(*trouble_);
    if (jobs_.empty()) throw Error(*trouble_);
  }
  try {
    auto opened = flow::open_store(store_.layout.root, db::Access::write);
    store_.db = std::move(opened.db);
    store_.db->set_patience(kGateWhileBusy);
    release_unknown_claims();
  } catch (const Error& error) {
    on_store_trouble(error);
    return false;
  }
  trouble_.reset();
  looks_for_work_ = true;
  data_version_ = store_.db->data_version();
  return true;
}

// A commit whose outcome was not known may have claimed what nobody started.
void Drain::release_unknown_claims() {
  const auto self = os::this_process();
  std::vector<flow::Judgement> unknown;
  for (const auto& run : state::live_runs(*store_.db)) {
    const auto is_job = std::any_of(jobs_.begin(), jobs_.end(),
                                    [&](const auto& job) { return job->run().id == run.id; });
    const auto is_ended = std::any_of(ended_.begin(), ended_.end(), [&](const auto& ended) {
      return ended.judgement.run.id == run.id;
    });
    if (run.supervisor != self || is_job || is_ended) continue;
    const flow::ProcessEnd end{.event = model::Ending::Event::interrupted,
                               .message = "the store failed before the command was started"};
    unknown.push_back(flow::judge(store_.layout, run, end, 0));
  }
  if (unknown.empty()) return;
  db::Transaction transaction(*store_.db);
  for (const auto& judgement : unknown) {
    const auto row = state::get_task(*store_.db, judgement.run.task);
    flow::finish(*store_.db, config_.rules_of(row.task.name.source), judgement, now_);
  }
  transaction.commit();
}

}  // namespace cb::exec
