// Files of zstd frames, one after the other, which `zstd -d` reads as one content.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sha256.h"

namespace cb::backup {

// What a finished file is known by.
struct FileSum {
  std::string name;
  uint64_t bytes = 0;
  std::string sha256;
};

class CompressedWriter {
 public:
  explicit CompressedWriter(const std::string& path);  // there must be none of that name
  CompressedWriter(const CompressedWriter&) = delete;
  CompressedWriter& operator=(const CompressedWriter&) = delete;
  ~CompressedWriter();

  void add(std::string_view bytes);
  FileSum finish();  // durable once this returns; `name` is the last part of the path

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class CompressedReader {
 public:
  explicit CompressedReader(const std::string& path);
  CompressedReader(const CompressedReader&) = delete;
  CompressedReader& operator=(const CompressedReader&) = delete;
  ~CompressedReader();

  // The next `size` bytes of the content into `buffer`; fewer only at the end. Throws
  // Error{Fault::permanent} for a file that is damaged or cut off.
  void read(size_t size, std::string& buffer);
  FileSum finish();  // of the file itself; once all was read

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cb::backup
