// Damage to the journal of a store.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "crash/world.h"

namespace cb::crash {

// Changes the lines of the journal, of which there is one file.
inline std::function<void(const World&)> change_journal(
    const std::function<void(std::vector<std::string>&)>& change) {
  return [change](const World& world) {
    const auto path = std::filesystem::directory_iterator(world.place().state + "/journal")->path();
    std::vector<std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    change(lines);
    std::ofstream out(path);
    for (const auto& line : lines) out << line << '\n';
  };
}

// With a checksum that is right.
inline void forge(std::string& line, const std::string& from, const std::string& to) {
  line.replace(line.find(from), from.size(), to);
  line.resize(line.rfind(",\"sum\":"));
  char sum[17];
  std::snprintf(sum, sizeof sum, "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(line.data(), line.size())));
  line += std::string(",\"sum\":\"") + sum + "\"}";
}

}  // namespace cb::crash
