#include "input.h"

#include <map>
#include <utility>
#include <vector>

#include "lines.h"
#include "state/outbox.h"

namespace cb::poll {
namespace {

constexpr size_t kLineBatch = 1000;
constexpr Duration kPause = std::chrono::milliseconds(100);
constexpr const char* kDefaultSource = "input";

struct Numbered {
  model::Task task;
  int64_t line;
};

class Reading {
 public:
  Reading(const Job& job, const std::string& path) : job_(job), path_(path) {}

  void take(const std::string& text, int64_t line);
  void refuse(int64_t line, const std::string& cause) {
    job_.report.refuse(path_ + ": line " + std::to_string(line) + ": " + cause);
  }
  bool is_full() const { return batch_.size() >= kLineBatch; }
  bool is_empty() const { return batch_.empty(); }
  void store();

 private:
  const model::SourceRules& rules_of(const std::string& source);
  flow::Admitted admit(db::Connection& db, const model::Task& task, int64_t deliveries);

  const Job& job_;
  const std::string& path_;
  std::vector<Numbered> batch_;
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
  batch_.push_back({std::move(task), line});
}

flow::Admitted Reading::admit(db::Connection& db, const model::Task& task, int64_t deliveries) {
  return flow::admit(db, {rules_of(task.name.source), job_.config.handlers},
                     {.task = task, .listed_since = deliveries, .on_cycle = flow::OnCycle::refuse},
                     job_.now());
}

void Reading::store() {
  if (batch_.empty()) return;
  std::vector<std::pair<int64_t, std::string>> refused;  // told outside of the transaction
  job_.change([&](auto& db) {
    const auto deliveries = state::deliveries(db);  // nobody delivers meanwhile
    for (const auto& [task, line] : batch_) {
      const auto admitted = admit(db, task, deliveries);
      if (admitted.kind == flow::Admitted::Kind::refused)
        refused.emplace_back(line, "/after: " + admitted.problem);
      else
        job_.report.count(admitted.kind);
    }
  });
  batch_.clear();
  for (const auto& [line, cause] : refused) refuse(line, cause);
}

}  // namespace

void read_input(const Job& job, const std::string& path) {
  job.report.begin();
  Lines lines(path);
  Reading reading(job, path);
  cli::Progress progress("reading " + path, job.options.common);
  using Is = Lines::Line::Kind;
  for (;;) {
    const auto line = lines.next(reading.is_empty() ? std::nullopt : std::optional(kPause));
    if (line.kind == Is::end) break;
    if (line.kind == Is::text) reading.take(line.text, lines.number());
    if (line.kind == Is::too_long) reading.refuse(lines.number(), "longer than 1 MiB");
    if (line.kind == Is::waiting || reading.is_full()) reading.store();
    progress.update(lines.taken(), lines.size().value_or(0));
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
