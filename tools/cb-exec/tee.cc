#include "tee.h"

#include <algorithm>

#include "base/error.h"
#include "os/file.h"
#include "os/pipe.h"

namespace cb::exec {
namespace {

constexpr size_t kRoom = size_t{1} << 18;
constexpr size_t kChunk = 4096;  // PIPE_BUF: a pipe that is ready takes so much without waiting

bool is_ready_to_take(int fd) {
  pollfd target{fd, POLLOUT, 0};
  os::wait_for({&target, 1}, Duration(0));
  return target.revents != 0;
}

}  // namespace

Tee::Tee(int target) : target_(target) {
  auto pipe = os::make_pipe();
  reader_ = std::move(pipe.reader);
  writer_ = std::move(pipe.writer);
  os::make_nonblocking(reader_.get());
}

void Tee::add_interest(std::vector<pollfd>& interest) const {
  if (reader_ && pending_.size() < kRoom) interest.push_back({reader_.get(), POLLIN, 0});
  if (!pending_.empty()) interest.push_back({target_, POLLOUT, 0});
}

void Tee::move(int log) {
  read(log);
  write();
}

void Tee::read(int log) {
  while (reader_ && pending_.size() < kRoom) {
    const auto before = pending_.size();
    const auto flow = os::read_available(reader_.get(), pending_, kRoom);
    if (log >= 0) os::write_all(log, std::string_view(pending_).substr(before), "output.log");
    if (is_target_gone_) pending_.clear();
    if (flow == os::Flow::closed) reader_.reset();
    if (flow != os::Flow::moved) return;
  }
}

void Tee::write() {
  while (!pending_.empty() && is_ready_to_take(target_)) {
    const auto size = std::min(pending_.size(), kChunk);
    try {
      os::write_all(target_, std::string_view(pending_).substr(0, size), "output");
      pending_.erase(0, size);
    } catch (const Error&) {
      is_target_gone_ = true;  // the log still gets all
      pending_.clear();
    }
  }
}

}  // namespace cb::exec
