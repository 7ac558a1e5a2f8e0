// cb-crash-writers: processes that write to one store without a pause. None may starve, and the log
// must stay short. Prints the longest wait of each.
//   cb-crash-writers [SECONDS]
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>

#include "db/connection.h"
#include "os/clock.h"
#include "os/file.h"

namespace {

using cb::Duration;

constexpr size_t kWriters = 8;
constexpr auto kLongestWait = std::chrono::seconds(5);
constexpr uint64_t kLongestLog = 64 << 20;

struct Report {
  int64_t commits = 0, longest_ms = 0;
};

cb::db::Settings settings(const std::string& directory, cb::db::Access access) {
  return {.path = directory + "/state.db", .gate_path = directory + "/gate", .access = access};
}

Report write_until(const std::string& directory, Duration until) {
  cb::db::Connection db(settings(directory, cb::db::Access::write));
  Report report;
  while (cb::os::boot_time() < until) {
    const auto begun = cb::os::boot_time();
    cb::db::Transaction transaction(db);
    db.run("INSERT INTO t (text) VALUES (printf('%.2000c', 'x'))");
    transaction.commit();
    report.longest_ms = std::max<int64_t>(report.longest_ms, (cb::os::boot_time() - begun).count());
    ++report.commits;
  }
  return report;
}

struct Writer {
  pid_t pid = 0;
  int reader = -1;
};

// A process of its own, that tells at the end what it went through.
Writer start_writer(const std::string& directory, Duration until) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("make a pipe");
  const pid_t pid = fork();
  if (pid == 0) {
    int code = 0;
    try {
      const auto report = write_until(directory, until);
      if (write(ends[1], &report, sizeof report) != sizeof report) code = 1;
    } catch (const std::exception& error) {
      std::cout << "FAILED: " << error.what() << std::endl;
      code = 1;
    }
    _exit(code);
  }
  close(ends[1]);
  return {pid, ends[0]};
}

Report finish(const Writer& writer) {
  Report report;
  const auto size = read(writer.reader, &report, sizeof report);
  close(writer.reader);
  waitpid(writer.pid, nullptr, 0);
  return size == sizeof report ? report : Report{};
}

int run(const std::string& directory, int64_t seconds) {
  {
    cb::db::Connection db(settings(directory, cb::db::Access::create));
    cb::db::Transaction transaction(db);
    db.script("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT) STRICT");
    transaction.commit();
  }
  const auto until = cb::os::boot_time() + std::chrono::seconds(seconds);
  std::array<Writer, kWriters> writers;
  for (auto& writer : writers) writer = start_writer(directory, until);
  int64_t total = 0, least = INT64_MAX, longest = 0;
  for (const auto& writer : writers) {
    const auto report = finish(writer);
    std::cout << "  " << report.commits << " commits, longest wait " << report.longest_ms
              << " ms\n";
    total += report.commits;
    least = std::min(least, report.commits);
    longest = std::max(longest, report.longest_ms);
  }
  cb::db::Connection db(settings(directory, cb::db::Access::read));
  auto rows = db.query("SELECT count(*) FROM t");
  rows.next();
  const auto log = cb::os::file_size(directory + "/state.db-wal").value_or(0);
  std::cout << kWriters << " writers, " << total << " commits, the log has " << log / 1024
            << " KB\n";
  const bool is_good = rows.integer(0) == total && least > 0 && log < kLongestLog &&
                       std::chrono::milliseconds(longest) < kLongestWait;
  if (!is_good)
    std::cout << "FAILED: " << rows.integer(0) << " rows of " << total << ", fewest " << least
              << ", longest wait " << longest << " ms\n";
  return is_good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  auto directory = (std::filesystem::temp_directory_path() / "cb-writers-XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) return 1;
  int code = 1;
  try {
    code = run(directory, argc > 1 ? std::atoll(argv[1]) : 3);
  } catch (const std::exception& error) {
    std::cerr << "cb-crash-writers: " << error.what() << '\n';
  }
  std::filesystem::remove_all(directory);
  return code;
}
