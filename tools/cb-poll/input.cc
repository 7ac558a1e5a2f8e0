#include "input.h"

#include <map>
#include <utility>
#include <vector>

#include "flow/admit_all.h"
#include "lines.h"
#include "state/events.h"
#include "state/outbox.h"

namespace cb::poll {
namespace {

// A transaction takes so much: more saves little, and takes memory.
constexpr size_t kLineBatch = 1000;
constexpr size_t kByteBatch = size_t{4} << 20;
constexpr Duration kPause = std::chrono::milliseconds(100);
constexpr const char* kDefaultSource = "input";

class Reading {
 public:
  Reading(const Job& job, const std::string& path) : job_(job), path_(path) {}

  void take(const std::string& text, int64_t line);
  void refuse(int64_t line, const std::string& cause) {
    job_.report.refuse(path_ + ": line " + std::to_string(line) + ": " + cause);
  }
  bool is_full() const { return batch_.size() >= kLineBatch || bytes_ >= kByteBatch; }
  bool is_empty() const { return batch_.empty(); }
  void store();

 private:
  using Refused = std::vector<std::pair<int64_t, std::string>>;  // line and cause

  const model::SourceRules& rules_of(const std::string& source);
  std::vector<state::ChangedTask> admit(db::Connection& db, Refused& refused);

  const Job& job_;
  const std::string& path_;
  std::vector<model::Task> batch_;
  std::vector<int64_t> lines_;  // of the batch
  size_t bytes_ = 0;            // in those lines
  std::map<std::string, model::SourceRules> rules_;
};

const model::SourceRules& Reading::rules_of(const std::string& source) {
  const auto known = rules_.find(source);
  if (known != rules_.end()) return known->second;
  return rules_.emplace(source, job_.config.rules_of(source)).first->second;
}

void Reading::take(const std::string& text, int64_t line) {
  if (text.find_first_not_of(" \t\r") == std::string::npos) return;
  const auto& wanted = job_.options.source;
  auto read = model::read_task_line(text, wanted.value_or(kDefaultSource));
  if (const auto* problem = std::get_if<model::Problem>(&read)) return refuse(line, problem->line);
  auto& task = std::get<model::Task>(read);
  if (wanted && task.name.source != *wanted)
    return refuse(line, "/source: " + task.name.source + " is not the source given by --source");
  batch_.push_back(std::move(task));
  lines_.push_back(line);
  bytes_ += text.size();
}

std::vector<state::ChangedTask> Reading::admit(db::Connection& db, Refused& refused) {
  const auto seq = state::newest_event(db);
  auto only_new = true;
  const flow::Sightings sightings{
      .tasks = batch_,
      .listed_since = state::deliveries(db),  // nobody delivers meanwhile
      .on_cycle = flow::OnCycle::refuse,
      .rules_of = [this](const auto& source) {
        return flow::Rules{rules_of(source), job_.config.handlers};
      }};
  const auto rows =
      flow::admit_all(db, sightings, job_.now(), [&](size_t place, const flow::Admitted& admitted) {
        only_new = false;
        if (admitted.kind == flow::Admitted::Kind::refused)
          refused.emplace_back(lines_[place], "/after: " + admitted.problem);
        else
          job_.report.count(admitted.kind);
      });
  for (size_t i = 0; i < rows.size(); ++i) job_.report.count(flow::Admitted::Kind::changed);
  if (!only_new) return state::changed_since(db, seq);
  std::vector<state::ChangedTask> changes;
  changes.reserve(rows.size());
  for (const auto& row : rows) changes.push_back(state::changed(db, row, std::nullopt));
  return changes;
}

void Reading::store() {
  if (batch_.empty()) return;
  Refused refused;  // told outside of the transaction
  job_.change_and_tell([&](auto& db) { return admit(db, refused); });
  batch_.clear();
  lines_.clear();
  bytes_ = 0;
  for (const auto& [line, cause] : refused) refuse(line, cause);
}

}  // namespace

void read_input(const Job& job, const std::string& path) {
  job.report.begin();
  Lines lines(path);
  Reading reading(job, path);
  cli::Progress progress("reading " + path, job.options.common);
  const auto size = lines.size().value_or(0);
  using Is = Lines::Line::Kind;
  for (;;) {
    const auto line = lines.next(reading.is_empty() ? std::nullopt : std::optional(kPause));
    if (line.kind == Is::end) break;
    if (line.kind == Is::text) reading.take(line.text, lines.number());
    if (line.kind == Is::too_long) reading.refuse(lines.number(), "longer than 1 MiB");
    if (line.kind == Is::waiting || reading.is_full()) reading.store();
    progress.update(lines.taken(), size);
  }
  reading.store();
  progress.finish();
  auto& report = job.report;
  if (report.refused() > 0)
    report.messages().problem(path + ": " + std::to_string(report.refused()) + " of " +
                              std::to_string(report.listed()) + " lines refused");
  report.summarize(path);
}

}  // namespace cb::poll
