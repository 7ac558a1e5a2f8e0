#include "compare.h"

#include "flow/listing.h"
#include "state/list.h"

namespace cb::reconcile {
namespace {

using flow::Admitted;
using model::Action;

class Comparing : public flow::Intake {
 public:
  Comparing(const Job& job, const model::SourceRules& rules) : job_(job), rules_(rules) {}

  void change(const std::function<void(db::Connection&)>& work) override;
  void took(const model::Task& task, const Admitted& admitted) override;
  void missed(const state::TaskRow& row, std::optional<model::State> before, bool is_gone) override;
  void refused(const std::string& line) override { job_.report.refuse(line); }

 private:
  const Job& job_;
  const model::SourceRules& rules_;
  std::vector<Record> records_;  // of the transaction that is open
};

// Nobody is told before it is in the store.
void Comparing::change(const std::function<void(db::Connection&)>& work) {
  records_.clear();
  job_.change(work);
  for (auto& record : records_)
    record.done = record.done && !record.needs_person && !job_.only_reports();
  job_.add(records_);
  records_.clear();
}

std::string describe(const Admitted& admitted, const model::Task& task) {
  if (admitted.kind == Admitted::Kind::changed) {
    const auto& row = admitted.row;
    return "status " + task.status + "; now " + std::string(model::to_string(row.state)) + " (" +
           row.reason + ")";
  }
  if (admitted.action == Action::let_finish)
    return "status " + task.status + ": decided upstream while it runs";
  return "status " + task.status;
}

void Comparing::took(const model::Task& task, const Admitted& admitted) {
  const auto is_owing =
      admitted.action == Action::owe_running || admitted.action == Action::owe_final;
  const auto is_told =
      admitted.kind == Admitted::Kind::changed || is_owing || admitted.action == Action::let_finish;
  if (!is_told) return;
  Record record{.task = model::to_string(task.name),
                .local = admitted.before ? std::string(model::to_string(*admitted.before)) : "",
                .upstream = std::string(model::to_string(model::meaning_of(task.status, rules_))),
                .action = std::string(model::to_string(admitted.action)),
                .done = true,
                .reason = describe(admitted, task)};
  if (!admitted.problem.empty()) {
    record.reason += "; " + admitted.problem;
    record.needs_person = is_owing;
  }
  records_.push_back(std::move(record));
}

void Comparing::missed(const state::TaskRow& row, std::optional<model::State> before,
                       bool is_gone) {
  Record record{.task = model::to_string(row.task.name),
                .local = before ? std::string(model::to_string(*before)) : "",
                .upstream = "gone"};
  if (row.missed < 2) {
    record.action = "missing";
    record.reason = "not listed; believed when the next complete listing leaves it out too";
  } else {
    record.action = is_gone ? "cancel" : "let_finish";
    record.done = true;
    record.reason = "not in two complete listings";
  }
  records_.push_back(std::move(record));
}

}  // namespace

std::optional<size_t> compare(const Job& job, const config::Source& source,
                              upstream::Client& client) {
  const auto& name = source.rules.name;
  Comparing comparing(job, source.rules);
  flow::Listing listing({.store = job.store,
                         .config = job.config,
                         .source = source,
                         .settings = client.settings(),
                         .scope = flow::Scope::everything,
                         .look = flow::Look::at_all},
                        comparing, job.now);
  cli::Progress progress("comparing " + name, job.options.common);
  const auto failure = flow::list(listing, client, [&] { progress.update(listing.listed(), 0); });
  progress.finish();
  if (!failure) return listing.listed();
  job.report.unreachable(name + ": " + failure->message);
  return std::nullopt;
}

}  // namespace cb::reconcile
