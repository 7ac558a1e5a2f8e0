// The database of a store, read without cb's code, and tables in memory beside it.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

struct sqlite3;

namespace cb::crash {

class Store {
 public:
  // Opens `directory`/state.db for reading. What any function here cannot do throws
  // std::runtime_error.
  explicit Store(const std::string& directory);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  void run(const std::string& sql, std::initializer_list<std::string> values = {});
  // The first column of each row.
  std::vector<std::string> texts(const std::string& sql);
  std::string text(const std::string& sql);  // of the first row; "" when there is none

 private:
  void step_all(const std::string& sql, std::initializer_list<std::string> values,
                const std::function<void(const char*)>& each);
  sqlite3* db_ = nullptr;
};

}  // namespace cb::crash
