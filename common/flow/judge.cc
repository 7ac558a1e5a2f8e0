#include "flow/judge.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "os/clock.h"
#include "os/tree.h"

namespace cb::flow {
namespace {

using Event = model::Ending::Event;

constexpr size_t kResultLimit = size_t{1} << 20;

void read_result(const state::Layout& layout, const std::string& run, model::Ending& ending) {
  const auto path = layout.result(run);
  try {
    const auto text = os::read_file(path, kResultLimit);
    if (!text) return;
    auto result = model::read_result(*text);
    if (auto* problem = std::get_if<model::Problem>(&result))
      ending.result_problem = "read result.json: " + problem->line;
    else
      ending.result = std::move(std::get<model::Result>(result));
  } catch (const Error& error) {
    ending.result_problem = error.what();
  }
}

std::vector<std::string> named_by(const model::Ending& ending) {
  return ending.result ? ending.result->artifacts : std::vector<std::string>();
}

// The files to attach; fills in what of the declared is not there.
std::vector<std::string> collect_artifacts(const std::vector<std::string>& files,
                                           const model::Policy& policy, model::Ending& ending) {
  std::vector<std::string> chosen;
  const auto choose = [&](const std::string& file) {
    if (std::find(chosen.begin(), chosen.end(), file) == chosen.end()) chosen.push_back(file);
  };
  for (const auto& pattern : policy.artifacts) {
    bool is_matched = false;
    for (const auto& file : files) {
      if (!matches_glob(pattern, file)) continue;
      is_matched = true;
      choose(file);
    }
    if (!is_matched) ending.missing_artifacts.push_back(pattern);
  }
  for (const auto& file : named_by(ending)) {
    if (std::find(files.begin(), files.end(), file) != files.end())
      choose(file);
    else
      ending.result_problem = "result.json names the artifact " + file + ", which is not there";
  }
  return chosen;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<Attachment> attach(const std::string& directory,
                               const std::vector<std::string>& files) {
  std::vector<Attachment> attachments;
  for (const auto& file : files) {
    const auto path = directory + "/" + file;
    os::sync_path(path);
    attachments.push_back({path, base_name(file)});
  }
  return attachments;
}

}  // namespace

Judgement judge(const state::Layout& layout, state::RunRow run, const ProcessEnd& end,
                double jitter) {
  model::Ending ending{.exit = end.exit,
                       .signal = end.signal,
                       .event = end.event,
                       .message = end.message,
                       .result = {},
                       .result_problem = {},
                       .missing_artifacts = {}};
  std::vector<std::string> chosen;
  Judgement judgement;
  try {
    if (end.event == Event::none) {
      read_result(layout, run.id, ending);
      if (!run.policy.artifacts.empty() || !named_by(ending).empty())
        chosen = collect_artifacts(os::regular_files(layout.artifacts(run.id)), run.policy, ending);
    }
    judgement.conclusion = model::conclude(ending, run.policy, run.attempt, jitter);
    if (judgement.conclusion.outcome == model::Outcome::succeeded)
      judgement.attachments = attach(layout.artifacts(run.id), chosen);
  } catch (const Error& error) {
    // The command has run, so this is its failure, and not as if it had not taken place.
    ending.result_problem = error.what();
    judgement.conclusion = model::conclude(ending, run.policy, run.attempt, jitter);
  }
  const auto is_ended_by_itself = end.event == Event::none || end.event == Event::timed_out;
  if (is_ended_by_itself && end.signal == 0) run.exit = end.exit;
  if (end.event == Event::not_startable) run.exit = end.exit;
  if (end.signal != 0) run.signal = end.signal;
  run.message = judgement.conclusion.message;
  run.outcome = judgement.conclusion.outcome;
  if (ending.result) {
    run.cost_usd = ending.result->cost_usd;
    run.data = ending.result->data;
    judgement.upstream_status = ending.result->upstream_status;
    judgement.upstream_comment = ending.result->upstream_comment;
  }
  judgement.run = std::move(run);
  return judgement;
}

double random_jitter() { return static_cast<double>(os::random64() % 2001) / 1000.0 - 1.0; }

}  // namespace cb::flow
