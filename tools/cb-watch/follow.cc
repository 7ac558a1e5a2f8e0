#include <algorithm>

#include "cli/output.h"
#include "flow/open.h"
#include "os/clock.h"
#include "os/signal.h"
#include "run.h"

namespace cb::watch {
namespace {

constexpr Duration kTick = std::chrono::seconds(1);  // looks at the store so often
constexpr Duration kCatchUp = std::chrono::seconds(60);
constexpr Duration kPatience = std::chrono::seconds(1);  // after a trouble that may pass

// From opening the store until it makes trouble. Then another begins: nothing is only in memory.
class Session {
 public:
  Session(const Call& call, os::SignalWait& signals, std::set<std::string>& unremembered);

  bool begin();  // false when all are watched by others
  void go_on();  // until it is told to stop

 private:
  bool is_stopped() const { return signals_.stops() > 0 || cli::is_output_closed(); }
  bool may_go_on();
  void begin_more(Duration now);
  void heed_hints();
  void catch_up_at_times(Duration now);
  void wait();

  const Call& call_;
  os::SignalWait& signals_;
  state::Store store_;
  Job job_;
  std::optional<os::Hints> hints_;
  Watchings watchings_;
  Duration next_catch_up_{}, next_begin_{};
};

Session::Session(const Call& call, os::SignalWait& signals, std::set<std::string>& unremembered)
    : call_(call),
      signals_(signals),
      store_(flow::open_store(call.state_directory, db::Access::create)),
      job_{call.options, call.config, store_, call.report, call.now, [this] { return may_go_on(); },
           unremembered} {
  if (call.options.use_hints) hints_.emplace();
  watchings_ = make_watchings(job_, hints_ ? &*hints_ : nullptr);
}

// Signals are let in here too, as reading many or long files takes its time.
bool Session::may_go_on() {
  signals_.wait({}, Duration::zero());
  return !is_stopped();
}

bool Session::begin() {
  catch_up_at_times(os::boot_time());
  bool any = false;
  for (auto& watching : watchings_) {
    any |= watching->begin();
    if (!watching->has_begun()) tell_busy(job_, *watching);
  }
  return any;
}

// Who watches the others may be gone by now.
void Session::begin_more(Duration now) {
  if (now < next_begin_) return;
  next_begin_ = now + kTick;
  for (auto& watching : watchings_) watching->begin();
}

void Session::catch_up_at_times(Duration now) {
  if (now < next_catch_up_) return;
  next_catch_up_ = now + kCatchUp;
  catch_up(job_);
}

void Session::heed_hints() {
  if (!hints_ || hints_->descriptor() < 0) return;
  const auto news = hints_->take();
  for (auto& watching : watchings_) {
    if (!watching->has_begun()) continue;
    for (const auto& path : news.files) watching->look_at(path);
    for (const auto& path : news.directories) watching->look_at_directory(path);
    if (news.is_all_lost) watching->want_scan();
  }
}

void Session::go_on() {
  while (!is_stopped()) {
    const auto now = os::boot_time();
    catch_up_at_times(now);
    begin_more(now);
    heed_hints();
    for (auto& watching : watchings_)
      if (watching->has_begun() && !is_stopped()) watching->turn(now);
    wait();
  }
}

void Session::wait() {
  if (is_stopped()) return;
  const auto now = os::boot_time();
  auto until = now + std::min(kTick, call_.options.every.value_or(kTick));
  for (const auto& watching : watchings_)
    if (watching->has_begun()) until = std::min(until, watching->next());
  std::vector<pollfd> descriptors;
  if (hints_ && hints_->descriptor() >= 0)
    descriptors.push_back({.fd = hints_->descriptor(), .events = POLLIN, .revents = 0});
  signals_.wait(descriptors, std::max(Duration::zero(), until - now));
}

// Waits through a trouble that may pass, such as a full disk, and tells it once.
class Trouble {
 public:
  Trouble(const Call& call, os::SignalWait& signals) : call_(call), signals_(signals) {}

  void over() { told_.clear(); }
  void wait_through(const Error& error) {
    if (error.fault() != Fault::temporary) throw error;
    if (told_ != error.what()) call_.report.messages().problem(error.what());
    told_ = error.what();
    const auto until = os::boot_time() + kPatience;
    while (signals_.stops() == 0 && os::boot_time() < until)
      signals_.wait({}, until - os::boot_time());
  }

 private:
  const Call& call_;
  os::SignalWait& signals_;
  std::string told_;
};

}  // namespace

int follow(const Call& call) {
  os::SignalWait signals;
  Trouble trouble(call, signals);
  std::set<std::string> unremembered;
  while (signals.stops() == 0 && !cli::is_output_closed()) {
    try {
      Session session(call, signals, unremembered);
      if (!session.begin()) return call.report.exit_code();
      session.go_on();
    } catch (const Error& error) {
      trouble.wait_through(error);
    }
  }
  return 0;
}

}  // namespace cb::watch
