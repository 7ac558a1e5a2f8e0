#include "os/signal.h"

#include <signal.h>

#include <atomic>
#include <cerrno>

#include "os/file.h"

namespace cb::os {
namespace {

std::atomic<int> stop_count = 0;
std::atomic<int> latest_stop = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler writes them");

sigset_t outside_mask;  // while the program works
sigset_t waiting_mask;  // inside wait()

void note_stop(int signal) {
  stop_count.fetch_add(1);
  latest_stop.store(signal);
}

void install(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  if (sigaction(signal, &action, nullptr) != 0) fail("handle", "a signal", errno);
}

}  // namespace

SignalWait::SignalWait() {
  sigset_t ours;
  sigemptyset(&ours);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&ours, signal);
  sigprocmask(SIG_BLOCK, &ours, &waiting_mask);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigdelset(&waiting_mask, signal);
  sigprocmask(SIG_BLOCK, nullptr, &outside_mask);

  struct sigaction hangup{};
  sigaction(SIGHUP, nullptr, &hangup);
  for (const int signal : {SIGTERM, SIGINT}) install(signal, note_stop);
  if (hangup.sa_handler != SIG_IGN) install(SIGHUP, note_stop);  // nohup wants it ignored
  install(SIGCHLD, [](int) {});  // an ignored signal would not wake ppoll
  install(SIGPIPE, SIG_IGN);
}

void SignalWait::wait(std::span<pollfd> descriptors, std::optional<Duration> timeout) {
  timespec limit{};
  if (timeout && *timeout > Duration::zero()) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*timeout);
    limit.tv_sec = seconds.count();
    limit.tv_nsec = std::chrono::nanoseconds(*timeout - seconds).count();
  }
  const int ready =
      ppoll(descriptors.data(), descriptors.size(), timeout ? &limit : nullptr, &waiting_mask);
  if (ready < 0) {
    if (errno != EINTR) fail("wait for", "descriptors", errno);
    for (pollfd& descriptor : descriptors) descriptor.revents = 0;
  }
  if (ready > 0) {
    // ppoll delivers no signal when a descriptor is ready, so one that always is would keep SIGTERM
    // out.
    sigprocmask(SIG_SETMASK, &waiting_mask, nullptr);
    sigprocmask(SIG_SETMASK, &outside_mask, nullptr);
  }
}

int SignalWait::stops() const { return stop_count.load(); }

int SignalWait::last_stop() const { return latest_stop.load(); }

}  // namespace cb::os
