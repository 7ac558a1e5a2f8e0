// The loop of cb-exec: claims, runs, records, delivers; one thread around one wait.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "claims.h"
#include "cli/output.h"
#include "config/config.h"
#include "job.h"
#include "options.h"
#include "os/signal.h"
#include "post.h"
#include "report.h"
#include "state/store.h"
#include "strays.h"

namespace cb::exec {

class Drain {
 public:
  Drain(const Options& options, const config::Config& config, state::Store store,
        os::SignalWait& signals);

  // Runs only these, in this order; without it, all that is ready.
  void set_targets(std::vector<int64_t> tasks);
  // Returns the exit code.
  int run();

 private:
  // A run that has ended, until the store has it.
  struct Ended {
    flow::Judgement judgement;
    std::optional<flow::ProcessEnd> end;  // absent: no process ever was
    std::string source;
    bool is_synced = false;   // its end
    state::TaskRow row = {};  // its task, once recorded
  };

  // The beats of one turn, in order.
  void heed_signals();
  void take_exits();
  void tick_jobs();
  void take_deliveries();
  void deliver();
  void heed_breakers();
  void release_left_alone();
  void notice_others();
  void heed_space();
  void keep_current();
  void commit();
  void wait();

  bool is_done();
  bool may_claim() const;
  bool looks_worthwhile();
  void record_and_claim();
  void record(Ended& ended);
  void claim(std::vector<Claim>& claims);
  void claim_targets(std::vector<Claim>& claims);
  std::optional<Claim> claim_target(int64_t task, bool& is_waiting);
  void after_commit(const std::vector<Ended>& recorded, std::vector<Claim> claims);
  void report(const Ended& ended);
  void begin(Claim claim);
  void start(Job& job);
  void conclude(const Job& job);
  void conclude_unconfirmed(Job& job, const upstream::Failure& failure, bool is_parked);
  void give_up_unconfirmed(const std::string& source, const upstream::Failure& failure);
  void give_up_all_unconfirmed(const Error& error);
  void take_delivery(const flow::Delivery& delivery);
  void recover();
  void recover_strays();
  void on_store_trouble(const Error& error);
  bool reopen();
  void release_unknown_claims();
  void stop_jobs();
  void obey_cancellations();
  void refuse_target(const state::TaskRow& row);

  // For the write gate: running commands have timeouts to be kept.
  static constexpr Duration kGateWhileBusy = std::chrono::seconds(2);

  const Options& options_;
  const config::Config& config_;
  state::Store store_;
  os::SignalWait& signals_;
  cli::Messages messages_;
  Report report_;
  Claims claims_;
  Post post_;
  Strays strays_;
  const std::vector<std::string> environment_;
  const size_t slots_;

  flow::Ends ends_;
  std::vector<std::unique_ptr<Job>> jobs_;
  std::map<std::string, Job*> unconfirmed_;  // by the operation that must be confirmed first
  std::vector<Ended> ended_;
  std::optional<std::vector<int64_t>> targets_;
  int64_t starts_left_;
  bool looks_for_work_ = true;

  // The clocks of this turn.
  Instant now_;
  Duration boot_now_{};

  int stops_ = 0;
  std::optional<Duration> stop_deadline_;
  std::optional<Error> trouble_;           // the store's, until it is opened again
  std::optional<Duration> failing_since_;  // until it has recorded something again
  Duration retry_at_{}, retry_wait_{};
  int64_t data_version_ = 0;
  Duration next_notice_{}, next_refresh_{}, next_space_{};
  bool is_disk_short_ = false;

  bool has_failed_run_ = false, has_refused_ = false, is_busy_elsewhere_ = false,
       is_upstream_down_ = false;
};

}  // namespace cb::exec
