#include "hand_over.h"

#include <csignal>

#include <cstring>
#include <ranges>

#include "os/child.h"
#include "os/process.h"

namespace cb::backup {
namespace {

void replace(std::string& text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size())
    text.replace(at, what.size(), by);
}

std::string main_file(const Manifest& manifest) {
  if (manifest.kind == Kind::full) return kImage;
  return manifest.stored_pages > 0 ? kPages : kIndex;
}

std::string describe(const os::Ended& ended) {
  return ended.signal != 0 ? "signal " + std::to_string(ended.signal)
                           : "exit " + std::to_string(ended.exit);
}

// What went wrong; "": nothing.
std::string give(const Job& job, const std::vector<std::string>& argv) {
  const auto tag = os::new_tag();
  const auto started = os::start({.argv = argv,
                                  .environment = job.environment,
                                  .output = 2,
                                  .error = 2,
                                  .tag = tag,
                                  .death_signal = SIGTERM});
  if (started.pid == 0) return started.what + ": " + std::string(strerror(started.error));
  const os::Child child(started.pid);
  if (!child.wait(job.options.timeout)) {
    os::signal_all(os::processes_of(tag), SIGKILL);
    child.kill();
    child.wait(std::chrono::seconds(10));
    child.reap();
    return "it took longer than " + format_duration(job.options.timeout) + " and was ended";
  }
  const auto ended = child.reap();
  if (!ended || (ended->exit == 0 && ended->signal == 0)) return "";
  return describe(*ended);
}

}  // namespace

std::vector<std::string> filled(std::vector<std::string> argv, const Shelf& shelf,
                                const Manifest& manifest) {
  const auto directory = shelf.directory_of(manifest.id);
  for (auto& argument : argv) {
    replace(argument, "{dir}", directory);
    replace(argument, "{id}", manifest.id);
    replace(argument, "{file}", directory + "/" + main_file(manifest));
    replace(argument, "{manifest}", directory + "/" + kManifest);
  }
  return argv;
}

void hand_over(const Job& job) {
  const auto argv = job.options.to_command.value_or(job.config.backup.to_command);
  if (argv.empty()) return;
  const auto entries = job.shelf.entries();
  for (const auto& entry : std::views::reverse(entries)) {
    if (!entry.is_sound() || job.shelf.is_handed_over(entry.id)) continue;
    const auto problem = give(job, filled(argv, job.shelf, entry.manifest));
    if (!problem.empty()) {
      job.report.refuse("hand over " + entry.id + ": " + argv[0] + ": " + problem +
                        "; it is kept here, and tried again the next time");
      return;  // those after it may need it
    }
    job.shelf.note_handed_over(entry.id, job.now());
  }
}

}  // namespace cb::backup
