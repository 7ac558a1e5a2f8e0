#include "compressed.h"

#include <zstd.h>

#include "base/error.h"
#include "os/block_file.h"

namespace cb::backup {
namespace {

constexpr int kLevel = 3;
constexpr size_t kReadAtOnce = size_t{1} << 20;
// The content of one frame. What zstd has as a whole it compresses in three quarters of the time
// that the same takes as a stream, and a frame of this size is hardly larger for its fresh start.
constexpr size_t kFrame = size_t{8} << 20;

std::string last_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

[[noreturn]] void fail_zstd(const char* verb, const std::string& path, const char* cause) {
  throw Error(Fault::permanent, std::string(verb) + " " + path + ": " + cause);
}

}  // namespace

struct CompressedWriter::State {
  std::string path;
  os::BlockFile file;
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::string in = {}, out = {};
  uint64_t bytes = 0;
  Sha256 sum;

  void write_frame() {
    out.resize(ZSTD_compressBound(in.size()));
    const size_t size = ZSTD_compress2(context.get(), out.data(), out.size(), in.data(), in.size());
    if (ZSTD_isError(size) != 0) fail_zstd("compress", path, ZSTD_getErrorName(size));
    const auto frame = std::string_view(out).substr(0, size);
    file.write_at(bytes, frame);
    sum.add(frame);
    bytes += size;
    in.clear();
  }
};

CompressedWriter::CompressedWriter(const std::string& path)
    : state_(new State{.path = path, .file = os::BlockFile::create(path), .sum = {}}) {
  ZSTD_CCtx_setParameter(state_->context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(state_->context.get(), ZSTD_c_checksumFlag, 1);
}

CompressedWriter::~CompressedWriter() = default;

void CompressedWriter::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, kFrame - state_->in.size());
    state_->in += part;
    bytes.remove_prefix(part.size());
    if (state_->in.size() == kFrame) state_->write_frame();
  }
}

FileSum CompressedWriter::finish() {
  if (!state_->in.empty() || state_->bytes == 0) state_->write_frame();
  state_->file.sync();
  return {last_name(state_->path), state_->bytes, state_->sum.hex()};
}

struct CompressedReader::State {
  std::string path;
  os::BlockFile file;
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context{ZSTD_createDCtx(), ZSTD_freeDCtx};
  std::string in = {};
  ZSTD_inBuffer from{nullptr, 0, 0};
  uint64_t bytes = 0;
  bool is_frame_open = false;
  Sha256 sum;

  bool fill() {
    file.read_at(bytes, kReadAtOnce, in);
    sum.add(in);
    bytes += in.size();
    from = {in.data(), in.size(), 0};
    return !in.empty();
  }
};

CompressedReader::CompressedReader(const std::string& path)
    : state_(new State{.path = path, .file = os::BlockFile::open(path), .sum = {}}) {}

CompressedReader::~CompressedReader() = default;

void CompressedReader::read(size_t size, std::string& buffer) {
  buffer.resize(size);
  ZSTD_outBuffer to{buffer.data(), size, 0};
  auto& state = *state_;
  while (to.pos < to.size) {
    if (state.from.pos == state.from.size && !state.fill()) {
      if (state.is_frame_open) fail_zstd("read", state.path, "it is cut off");
      break;
    }
    const size_t left = ZSTD_decompressStream(state.context.get(), &to, &state.from);
    if (ZSTD_isError(left) != 0) fail_zstd("read", state.path, ZSTD_getErrorName(left));
    state.is_frame_open = left > 0;
  }
  buffer.resize(to.pos);
}

FileSum CompressedReader::finish() {
  std::string rest;
  read(1, rest);
  if (!rest.empty()) fail_zstd("read", state_->path, "it is longer than it should be");
  return {last_name(state_->path), state_->bytes, state_->sum.hex()};
}

}  // namespace cb::backup
