#include "upstream/process.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "os/pipe.h"

namespace cb::upstream {
namespace {

constexpr size_t kBlock = size_t{64} << 10;
constexpr size_t kBlocksAtOnce = 16;
constexpr Duration kDying = std::chrono::milliseconds(100);
constexpr int kMostLooks = 5;

os::Started start(const std::vector<std::string>& argv, const std::string& directory,
                  const std::vector<std::string>& environment, os::Tag tag, int input, int output) {
  os::Command command;
  command.argv = argv;
  command.environment = environment;
  command.directory = directory;
  command.input = input;
  command.output = output;
  command.error = 2;
  command.tag = tag;
  command.death_signal = SIGKILL;
  return os::start(command);
}

// Returns whether there was any.
bool kill_all_of(os::Tag tag) {
  const auto found = os::processes_of(tag);
  os::signal_all(found, SIGKILL);
  return !found.empty();
}

}  // namespace

Process::Process(const std::vector<std::string>& argv, const std::string& directory,
                 const std::vector<std::string>& environment)
    : tag_(os::new_tag()) {
  os::Pipe in = os::make_pipe();
  os::Pipe out = os::make_pipe();
  os::make_nonblocking(in.writer.get());
  os::make_nonblocking(out.reader.get());
  const os::Started started =
      start(argv, directory, environment, tag_, in.reader.get(), out.writer.get());
  if (started.pid == 0) {
    throw Error(Fault::unavailable, started.what + ": " + strerror(started.error));
  }
  input_ = std::move(in.writer);
  output_ = std::move(out.reader);
  child_.emplace(started.pid);
}

Process::~Process() {
  const auto was_alive = kill_all_of(tag_);
  if (!child_) return;
  child_->kill();
  child_->wait(kDying);
  child_->reap();
  // What it started between the look and its death.
  for (int look = 0; was_alive && look < kMostLooks && kill_all_of(tag_); ++look) {
  }
}

void Process::pump() {
  write();
  read();
}

void Process::write() {
  while (input_ && !outgoing_.empty()) {
    switch (os::write_available(input_.get(), outgoing_)) {
      case os::Flow::moved:
        continue;
      case os::Flow::waits:
        return;
      case os::Flow::closed:
        input_.reset();  // its output or its end tells why
    }
  }
}

void Process::read() {
  incoming_.erase(0, taken_);
  searched_ -= taken_;
  taken_ = 0;
  for (size_t i = 0; i < kBlocksAtOnce && output_ && incoming_.size() <= kLongestLine; ++i) {
    switch (os::read_available(output_.get(), incoming_, kBlock)) {
      case os::Flow::moved:
        continue;
      case os::Flow::waits:
        return;
      case os::Flow::closed:
        output_.reset();
    }
  }
}

std::optional<std::string> Process::take_line() {
  const size_t end = incoming_.find('\n', std::max(searched_, taken_));
  searched_ = end == std::string::npos ? incoming_.size() : end;
  if (end == std::string::npos || end - taken_ > kLongestLine) return std::nullopt;
  std::string line = incoming_.substr(taken_, end - taken_);
  taken_ = searched_ = end + 1;
  return line;
}

std::vector<pollfd> Process::interest() const {
  std::vector<pollfd> descriptors;
  if (output_) descriptors.push_back({.fd = output_.get(), .events = POLLIN, .revents = 0});
  if (input_ && !outgoing_.empty()) {
    descriptors.push_back({.fd = input_.get(), .events = POLLOUT, .revents = 0});
  }
  return descriptors;
}

std::string Process::ending() const {
  const auto ended = child_->reap();
  if (!ended) return "";
  return ended->signal != 0 ? "signal " + std::to_string(ended->signal)
                            : "exit " + std::to_string(ended->exit);
}

void Process::close(Duration patience) {
  input_.reset();
  output_.reset();
  child_->wait(patience);
}

}  // namespace cb::upstream
