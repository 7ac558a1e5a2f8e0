// Claims and ends runs as cb-exec does, without commands.   bench_claims STATE CONFIG PROCESSES
// SECONDS Prints the number of claims per second, over all processes.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <new>

#include "claims.h"
#include "flow/finish.h"
#include "flow/open.h"
#include "os/clock.h"

namespace {

using namespace cb;

int64_t work(const std::string& directory, const std::string& config_path, double seconds) {
  const auto config = config::load(config_path);
  auto store = flow::open_store(directory, db::Access::write);
  exec::Claims claims(store.layout, config, {.source = {}, .kind = {}, .excluded_sources = {}});
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  const flow::ProcessEnd good{};
  int64_t count = 0;
  std::optional<exec::Claim> held;
  while (std::chrono::steady_clock::now() < until) {
    db::Transaction transaction(*store.db);
    const auto now = os::system_now();
    if (held)
      flow::finish(*store.db, config.rules_of(held->row.task.name.source),
                   flow::judge(store.layout, held->run, good, 0), now);
    held = claims.next(*store.db, now);
    transaction.commit();
    if (!held) break;
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  const int processes = std::atoi(argv[3]);
  const double seconds = std::atof(argv[4]);
  void* shared = mmap(nullptr, sizeof(std::atomic<int64_t>), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto* total = new (shared) std::atomic<int64_t>(0);
  for (int i = 0; i < processes; ++i) {
    if (fork() != 0) continue;
    try {
      *total += work(argv[1], argv[2], seconds);
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
      _exit(1);
    }
    _exit(0);
  }
  int status = 0, failures = 0;
  while (wait(&status) > 0) failures += status != 0;
  std::cout << static_cast<int64_t>(static_cast<double>(*total) / seconds) << '\n';
  return failures;
}
