#include "filter.h"

#include <algorithm>

#include "base/text.h"
#include "cli/output.h"
#include "os/env.h"
#include "state/files.h"

namespace cb::watch {
namespace {

constexpr int kStdout = 1;

std::string printed_name(const flow::FoundFile& found) { return found.content + found.name; }

bool is_output_lost() { return cli::is_output_closed() || !cli::output_failure().empty(); }

}  // namespace

std::string filter_name(const Options& options, const std::string& directory) {
  return options.as ? "as:" + *options.as : "dir:" + directory;
}

Filter::Filter(const Job& job, std::string name) : job_(job) { watch_.name = std::move(name); }

void Filter::begin(const std::function<void(int64_t stamp)>& each) {
  state::stamps_of(*job_.store.db, watch_.name, each);
}

bool Filter::is_unprintable(const flow::FoundFile& found) const {
  if (job_.options.print0 || job_.options.common.json) return false;
  return has_control_characters(found.path);
}

void Filter::print(const flow::FoundFile& found, bool was_printed) const {
  if (job_.options.print0) return cli::print(found.path + '\0');
  if (!job_.options.common.json)
    return cli::print((os::is_terminal(kStdout) ? printable(found.path) : found.path) + "\n");
  Json json = {{"file", found.path}, {"name", found.name},       {"watch", watch_.name},
               {"size", found.size}, {"content", found.content}, {"again", was_printed}};
  add_bytes(json, found.path);
  cli::print(to_line(json) + "\n");
}

std::vector<std::string> Filter::take(std::span<const flow::FoundFile> found) {
  std::vector<std::string> refused;
  std::vector<const flow::FoundFile*> printed;
  for (const auto& file : found) {
    if (job_.unremembered.contains(printed_name(file))) {
      printed.push_back(&file);
      continue;
    }
    const auto was_printed =
        state::find_file(*job_.store.db, watch_.name, file.name, file.content).has_value();
    if (is_unprintable(file) && (!was_printed || job_.options.again)) {
      job_.report.unprintable("print " + file.path +
                              ": it has control characters; use --print0 or --json");
      refused.push_back(file.name);
      continue;
    }
    if (!was_printed || job_.options.again) print(file, was_printed);
    printed.push_back(&file);
  }
  cli::flush();
  if (is_output_lost()) {
    for (const auto& file : found) refused.push_back(file.name);
    return refused;
  }
  for (const auto* file : printed) job_.unremembered.insert(printed_name(*file));
  job_.change([&](auto& db) {
    flow::Waiting waiting(db, job_.config, watch_);
    for (const auto* file : printed)
      flow::take_file(db, job_.config, watch_, waiting, *file, job_.now());
  });
  for (const auto* file : printed) job_.unremembered.erase(printed_name(*file));
  return refused;
}

}  // namespace cb::watch
