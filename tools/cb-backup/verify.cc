#include "base/error.h"
#include "check.h"
#include "content.h"
#include "job.h"

namespace cb::backup {
namespace {

std::vector<const Entry*> chosen(const Job& job, const std::vector<Entry>& entries) {
  std::vector<const Entry*> found;
  for (const auto& id : job.options.ids) {
    const auto* entry = find(entries, id);
    if (entry == nullptr)
      throw Error(Fault::answer, "verify " + id + ": no such backup in " + job.shelf.path());
    found.push_back(entry);
  }
  if (!found.empty()) return found;
  for (const auto& entry : entries) {
    found.push_back(&entry);
    if (!job.options.all) break;
  }
  if (found.empty())
    throw Error(Fault::answer, "verify " + job.shelf.path() + ": there is no backup yet");
  return found;
}

// "" for a sound one. That it cannot be rebuilt on a disk that is full or fails is no verdict: it
// is thrown.
std::string find_problem(const Job& job, const std::vector<Entry>& entries, const Entry& entry) {
  if (entry.manifest.id.empty()) return entry.problem;
  require_room(job, entry.manifest.image_bytes());
  const Shelf::Draft draft(job.shelf, "verify-" + entry.id);
  try {
    const auto image = draft.path() + "/state.db";
    cli::Progress bar("verifying " + entry.id, job.report.common());
    rebuild(job.shelf, entries, entry.manifest, image,
            [&](uint64_t done, uint64_t total) { bar.update(done, total); });
    bar.finish();
    check_image(image, entry.manifest.facts);
    return "";
  } catch (const Error& error) {
    if (error.fault() == Fault::temporary) throw;
    return error.what();
  }
}

}  // namespace

int verify(const Job& job) {
  job.shelf.enter(job.options.wait);
  const auto entries = job.shelf.entries();
  for (const auto* entry : chosen(job, entries)) {
    auto verified = *entry;
    verified.problem = find_problem(job, entries, *entry);
    verified.verdict = {job.now(), verified.problem};
    job.shelf.record(entry->id, *verified.verdict);
    job.report.add(verified, "verified", job.now());
    if (!verified.is_sound()) job.report.refuse("verify " + entry->id + ": " + verified.problem);
  }
  job.report.finish();
  return job.report.exit_code();
}

}  // namespace cb::backup
