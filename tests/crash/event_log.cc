#include "event_log.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace cb::crash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string text_of(const json& line, const char* name) {
  const auto& value = line.at(name);
  return value.is_null() ? "(null)" : value.get<std::string>();
}

bool has_right_sum(const std::string& line, const json& content) {
  const auto size = line.rfind(",\"sum\":");
  char sum[17];
  std::snprintf(sum, sizeof sum, "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(line.data(), size)));
  return content.value("sum", "") == sum;
}

LogLine read_line(const std::string& line) {
  const auto content = json::parse(line, nullptr, false);
  if (!content.is_object() || !has_right_sum(line, content)) return {};
  const auto& rows = content.at("rows");
  return {.is_good = true,
          .seq = content.at("seq"),
          .n = content.at("n"),
          .cause = text_of(content, "cause"),
          .before = text_of(content, "old"),
          .after = text_of(content, "new"),
          .reason = text_of(content, "reason"),
          .detail = text_of(content, "detail"),
          .run = text_of(content, "run"),
          .state = rows.contains("tasks") ? text_of(rows["tasks"].at(0), "state") : ""};
}

}  // namespace

std::vector<LogLine> read_event_log(const std::string& state_directory) {
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(state_directory + "/journal", none))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<LogLine> lines;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    size_t begin = 0;
    for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
      lines.push_back(read_line(text.substr(begin, end - begin)));
  }
  return lines;
}

}  // namespace cb::crash
