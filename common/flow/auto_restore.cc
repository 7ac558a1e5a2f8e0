#include "flow/auto_restore.h"

#include <csignal>
#include <cstring>

#include "base/json.h"
#include "base/warning.h"
#include "config/config.h"
#include "flow/condition.h"
#include "flow/open.h"
#include "os/child.h"
#include "os/clock.h"
#include "os/env.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/process.h"
#include "state/mending.h"

namespace cb::flow {
namespace {

constexpr Duration kOnceIn = std::chrono::hours(24);
constexpr Duration kLongestRestore = std::chrono::hours(2);
constexpr Duration kGivenToDie = std::chrono::seconds(10);

// One damage, one attempt.
class AutoRestore {
 public:
  AutoRestore(const Call& call, const config::Config& config, Instant begun)
      : config_(config), layout_{config::state_directory(call.state)}, begun_(begun) {}

  // The exit code of a tool whose store may be mended now; nullopt when there is nothing to be done
  // about what it threw.
  std::optional<int> run() {
    os::make_directories(layout_.locks());
    os::FileLock lock(layout_.locks() + "/auto-restore");
    if (!lock.try_lock()) return say_later("another process is restoring " + layout_.database());
    const auto condition = examine(layout_.root);
    if (condition.is_sound()) return was_mended_meanwhile();
    command_ = condition.remedy();
    problem_ = condition.problems.front();
    if (is_too_soon()) return std::nullopt;
    return mend();
  }

 private:
  std::string marker() const { return layout_.quarantine() + "/auto-restored"; }

  static std::optional<int> say_later(const std::string& line) {
    warn(line);
    return exit_code(Fault::temporary);
  }

  // By another tool, which met the same damage.
  std::optional<int> was_mended_meanwhile() const {
    const auto store = open_store(layout_.root, db::Access::read);
    const auto mending = state::last_mending(*store.db);
    if (!mending || mending->at < begun_) return std::nullopt;
    return say_later(layout_.database() + " was restored meanwhile; the next call goes on");
  }

  // A disk that damages the store again and again is to be looked at, and not hidden.
  bool is_too_soon() const {
    const auto last = last_attempt();
    const auto now = os::system_now();
    if (!last || (*last <= now && now - *last >= kOnceIn)) return false;
    warn(layout_.database() + " is damaged again within 24 hours of " + format_rfc3339(*last) +
         ", when it was restored without a person: it is left as it is; look at the disk, then run "
         "cb-backup " +
         command_);
    return true;
  }

  // One that cannot be read counts: something was tried.
  std::optional<Instant> last_attempt() const {
    const auto text = os::read_file(marker());
    if (!text) return std::nullopt;
    try {
      return parse_rfc3339(parse_json(*text).at("at").get<std::string>()).value();
    } catch (const std::exception&) {
      return os::system_now();
    }
  }

  // The marker comes first: what kills the restore must not be tried at each tick of a timer.
  std::optional<int> mend() {
    os::make_directory(layout_.quarantine());
    const Json note = {
        {"at", format_rfc3339(os::system_now())}, {"problem", problem_}, {"command", command_}};
    os::replace_file(marker(), to_line(note) + "\n", os::Sync::file_and_directory);
    warn("the store is damaged (" + problem_ + "); as backup.auto_restore says: cb-backup " +
         command_);
    const auto ended = run_backup();
    if (ended == "exit 75") {
      os::remove_file(marker());
      return say_later("cb-backup " + command_ + " could not begin; the next call tries again");
    }
    if (!ended.empty()) {
      warn("cb-backup " + command_ + ": " + ended + "; the store stays damaged: it is left to you");
      return std::nullopt;
    }
    return say_later(describe());
  }

  std::vector<std::string> argv() const {
    const auto beside = os::program_directory() + "/cb-backup";
    std::vector<std::string> argv = {os::exists(beside) ? beside : "cb-backup", command_, "--state",
                                     layout_.root};
    if (!config_.path.empty()) argv.insert(argv.end(), {"--config", config_.path});
    return argv;
  }

  // "" when it did what it was told; else how it ended.
  std::string run_backup() const {
    const auto started = os::start({.argv = argv(),
                                    .environment = os::environment_list(),
                                    .error = 2,
                                    .tag = os::new_tag(),
                                    .death_signal = SIGTERM});
    if (started.pid == 0) return started.what + ": " + std::strerror(started.error);
    const os::Child child(started.pid);
    if (!child.wait(kLongestRestore)) {
      child.kill();
      child.wait(kGivenToDie);
      child.reap();
      return "it took longer than " + format_duration(kLongestRestore) + " and was ended";
    }
    const auto ended = child.reap();
    if (!ended || (ended->exit == 0 && ended->signal == 0)) return "";
    return ended->signal != 0 ? "signal " + std::to_string(ended->signal)
                              : "exit " + std::to_string(ended->exit);
  }

  std::string describe() const {
    const auto store = open_store(layout_.root, db::Access::read);
    const auto mending = state::last_mending(*store.db);
    std::string line = "the store was damaged, and is whole again";
    if (mending && mending->how == "restore")
      line += ": restored from backup " + mending->backup + ", " + std::to_string(mending->held) +
              " tasks held, " + std::to_string(mending->missing) + " events lost";
    if (mending && mending->how == "repair") line += ": its indexes were built anew";
    return line + "; the old files are in " + layout_.quarantine() + "; the next call goes on";
  }

  const config::Config& config_;
  const state::Layout layout_;
  const Instant begun_;  // the tool's work
  std::string command_, problem_;
};

// What goes wrong here must not hide what the tool has to say.
std::optional<int> try_to_mend(const Call& call, Instant begun) {
  try {
    const auto config = config::load(call.config);
    if (!config.backup.auto_restore) return std::nullopt;
    return AutoRestore(call, config, begun).run();
  } catch (const Error& error) {
    warn(std::string("restore without a person: ") + error.what());
    return std::nullopt;
  }
}

}  // namespace

int with_auto_restore(const Call& call, const std::function<int()>& work) {
  const auto begun = os::system_now();
  try {
    return work();
  } catch (const Error& error) {
    if (error.fault() != Fault::permanent || call.is_dry_run) throw;
    if (const auto code = try_to_mend(call, begun)) {
      warn(error.what());
      return *code;
    }
    throw;
  }
}

}  // namespace cb::flow
