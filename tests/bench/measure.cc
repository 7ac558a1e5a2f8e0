// Runs a command and writes "SECONDS PEAK-KIB EXIT CPU-SECONDS WRITTEN-KIB" to a file; the last two
// are of all processes that it waited for, too.   bench_measure FILE COMMAND [ARG]… Small itself:
// the kernel counts the memory of who forks as the child's.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

static double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  const auto begin = std::chrono::steady_clock::now();
  const pid_t pid = fork();
  if (pid == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(pid, &status, 0, &usage);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  FILE* file = std::fopen(argv[1], "w");
  if (file == nullptr) return 73;
  std::fprintf(file, "%.6f %ld %d %.6f %ld\n", seconds.count(), usage.ru_maxrss,
               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
               seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime), usage.ru_oublock / 2);
  return std::fclose(file) == 0 ? 0 : 73;
}
